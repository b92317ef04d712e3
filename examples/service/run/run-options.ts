import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface RunOptions {
  /** What wakes workers. */
  readonly queue: 'redis' | 'postgres';
  /** The port of the api; none takes a free one. */
  readonly port: number | undefined;
}

export const usage = `usage: npm run service -- [--queue redis|postgres] [--port PORT]

Starts an api and a worker with a PostgreSQL and a Redis of their own, and stops them all at Ctrl-C.
With --queue postgres there is no Redis.`;

/** Reads the arguments; undefined when help was asked for. @throws Error with a sentence for the user. */
export function parseRunOptions(args: readonly string[]): RunOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: { queue: { type: 'string', default: 'redis' }, port: { type: 'string' }, help: { type: 'boolean' } },
  });
  const { queue, port, help } = values;
  if (help) return undefined;
  if (queue !== 'redis' && queue !== 'postgres') throw new Error(`--queue must be redis or postgres.\n${usage}`);
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new Error(`--port must be a port.\n${usage}`);
  }
  return { queue, port: port === undefined ? undefined : Number(port) };
}
