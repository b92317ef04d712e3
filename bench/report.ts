import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Fact, Finding, Report, Row } from './suite.ts';

/** Puts what was measured beside where and when it was. */
export function createReport(suite: string, findings: readonly Finding[]): Report {
  const machine = {
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    scribus: scribusVersion(),
  };
  const rows = findings.filter((finding) => 'value' in finding);
  const facts: readonly Fact[] = findings.filter((finding) => 'text' in finding);
  const report = { suite, date: new Date().toISOString(), commit: commit(), machine, rows };
  return facts.length === 0 ? report : { ...report, facts };
}

/** Did every row with a goal reach it? */
export function isGoalReached({ value, goal, comparator }: Row): boolean {
  if (goal === undefined) return true;
  return comparator === '<=' ? value <= goal : value >= goal;
}

export function formatTable({ rows, facts = [], machine }: Report): string {
  const header = ['', 'id', 'value', 'unit', 'goal', 'spread', 'samples'];
  const lines = rows.map((row) => [
    row.goal === undefined ? ' ' : isGoalReached(row) ? '✓' : '✗',
    row.id,
    formatNumber(row.value),
    row.unit,
    row.goal === undefined ? '' : `${row.comparator ?? '>='} ${formatNumber(row.goal)}`,
    row.spread === undefined ? '' : row.spread.map(formatNumber).join(' … '),
    String(row.samples),
  ]);
  const widths = header.map((title, column) =>
    Math.max(...[header, ...lines].map((line) => line[column]?.length ?? title.length)),
  );
  const table = [header, ...lines].map((line) =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  const told = facts.map(({ id, text }) => `${id}: ${text}`);
  const { cores, memoryGiB, node, scribus } = machine;
  return [...table, '', ...told, `${cores} cores, ${memoryGiB} GiB, Node ${node}, Scribus ${scribus}`].join('\n');
}

/** Writes bench/results/<suite>.json and returns its path. */
export function writeReport(report: Report): string {
  const folder = fileURLToPath(new URL('./results/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const file = `${folder}${report.suite}.json`;
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  return file;
}

function formatNumber(value: number): string {
  return Math.abs(value) < 1000 ? Number(value.toPrecision(4)).toString() : value.toFixed(0);
}

function commit(): string {
  return lastLineOf('git', ['rev-parse', 'HEAD']) ?? 'none';
}

function scribusVersion(): string {
  return lastLineOf('scribus', ['-platform', 'offscreen', '--version'])?.replace(/^Scribus Version /, '') ?? 'none';
}

/** A measurement is worth reporting also where one of these facts is not to be had. */
function lastLineOf(program: string, args: readonly string[]): string | undefined {
  try {
    const output = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return output.trim().split('\n').at(-1);
  } catch {
    return undefined;
  }
}
