#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import process from 'node:process';
import { exitCodes } from './exit-codes.ts';
import { OutputFailure } from './output-failure.ts';
import { run } from './run.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};
const interruption = new AbortController();
let endingCode: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  let again = false;
  const interrupt = () => {
    // The second time, the signal does what it does by default.
    if (again) {
      process.off(signal, interrupt);
      process.kill(process.pid, signal);
      return;
    }
    again = true;
    endingCode = 128 + constants.signals[signal];
    interruption.abort();
  };
  // Not `once`: while a program runs, execa ends this process at a signal for which it finds no other listener.
  process.on(signal, interrupt);
}
const { stdout, stderr, env } = process;
// Bars move the cursor, which no log can show.
const live = stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI'];
for (const output of [stdout, stderr]) {
  output.on('error', (error) => {
    if (interruption.signal.aborted) return;
    const failure = new OutputFailure(error);
    endingCode = failure.quiet ? 128 + constants.signals.SIGPIPE : exitCodes.unwritable;
    // What is printed last may fail when the work is done already.
    process.exitCode = endingCode;
    interruption.abort(failure);
    if (!failure.quiet) stderr.write(`pubpipe-render: ${failure.message}\n`);
  });
}
try {
  const { signal } = interruption;
  const code = await run({ args: process.argv.slice(2), stdout, stderr, live, version, signal });
  process.exitCode = endingCode ?? code;
} catch (error) {
  stderr.write(`pubpipe-render: ${String(error).replaceAll(/\s+/g, ' ')}\n`);
  process.exitCode = endingCode ?? exitCodes.unexpected;
}
