#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import process from 'node:process';
import { run } from './run.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};
const interruption = new AbortController();
let interruptedCode: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interruptedCode = 128 + constants.signals[signal];
    // The second time, the signal does what it does by default.
    interruption.abort();
  });
}
const { stdout, stderr } = process;
const code = await run({ args: process.argv.slice(2), stdout, stderr, version, signal: interruption.signal });
process.exitCode = interruptedCode ?? code;
