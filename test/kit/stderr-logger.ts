import type { Logger } from '@pubpipe/core';

/** Writes warnings and errors to stderr, a line each, for a person who looks for what went wrong. */
export const stderrLogger: Logger = {
  debug() {},
  info() {},
  warn: (facts, message) => write('warn', facts, message),
  error: (facts, message) => write('error', facts, message),
};

function write(level: string, { err, ...facts }: Readonly<Record<string, unknown>>, message: string): void {
  const error =
    err instanceof Error ? { code: Reflect.get(err, 'code'), error: err.message, cause: String(err.cause) } : err;
  console.error(JSON.stringify({ at: new Date().toISOString(), level, message, ...facts, err: error }));
}
