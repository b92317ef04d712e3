import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from './workspace-packages.mjs';

const folder = join(root, '.github', 'workflows');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe.each(readdirSync(folder))('the workflow %s', (file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  const workflow = parse(text);
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  test('takes each action at one commit, and says which version that is', () => {
    const lines = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('may only read, but for jobs that say otherwise, and never runs longer than it says', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const [name, job] of jobs) expect([name, typeof job['timeout-minutes']]).toEqual([name, 'number']);
  });

  test('runs commands that there are', () => {
    const commands = jobs.flatMap(([, job]) => job.strategy?.matrix.command ?? []);
    const runs = [...steps.map(({ run = '' }) => run), ...commands].join('\n');
    for (const [, script] of runs.matchAll(/\bnpm (?:run )?(test|(?<=run )[\w-]+)/g))
      expect(scripts).toHaveProperty(script);
    for (const [tool] of runs.matchAll(/(?:tools\/[\w-]+\.mjs|\.ci\/\w+)/g))
      expect(readFileSync(join(root, tool), 'utf8')).not.toBe('');
  });

  test('puts nothing that others may write into a shell', () => {
    const inShell = steps.map(({ run = '' }) => run).join('\n');
    expect(inShell).not.toMatch(/\$\{\{\s*github\.(?:event|head_ref|ref_name)/);
  });

  test('needs jobs that there are', () => {
    for (const [, job] of jobs)
      for (const needed of [job.needs ?? []].flat()) expect(workflow.jobs).toHaveProperty(needed);
  });
});

test('only the job that publishes can have a token of npm, and it packs nothing itself', () => {
  const { jobs } = parse(readFileSync(join(folder, 'release.yml'), 'utf8'));
  const trusted = Object.entries(jobs).filter(([, { permissions = {} }]) => permissions['id-token'] === 'write');
  expect(trusted.map(([name]) => name)).toEqual(['publish']);
  const runs = jobs.publish.steps.map(({ run = '' }) => run).join('\n');
  expect(runs).not.toMatch(/npm (?:ci|install|run|test)|pnpm|pack\.mjs/);
});
