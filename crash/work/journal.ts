import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What a submitter has to know after it was killed: which upload an order has, and whether its job was accepted. */
export interface OrderNote {
  readonly order: number;
  readonly document: string;
  readonly accepted: boolean;
}

/** Adds a line to a file. A process that is killed has added all of it, or nothing. */
export function appendLine(file: string, value: unknown): void {
  appendFileSync(file, `${JSON.stringify(value)}\n`);
}

/** The lines of such a file. */
export function readLines(file: string): readonly unknown[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line));
}
