import { parseArgs } from 'node:util';
import type { RendererKind } from './work/order.ts';

/** Where the artifacts of a round lie. */
export type StoreKind = 'fs' | 's3';

/** What a crash test is asked for. */
export interface CrashOptions {
  /** Jobs to be submitted, over all rounds; those of the named steps come on top. */
  readonly jobs: number;
  /** Random faults, over all rounds; one at each named step comes on top. */
  readonly kills: number;
  /** The same seed gives the same plan. */
  readonly seed: number;
  /** One round is run with each. */
  readonly stores: readonly StoreKind[];
  /** Whether each round comes to every named step, each step to one of the rounds, or none to any. */
  readonly steps: 'each' | 'shared' | 'none';
  readonly renderer: RendererKind;
  /** Worker processes. */
  readonly workers: number;
  /** Where the logs of all processes are kept; undefined: nowhere. */
  readonly logDirectory: string | undefined;
}

/** How the command is used. */
export const usage =
  'Usage: npm run crash -- [--jobs 1000] [--kills 200] [--seed 1] [--store fs|s3|both] [--steps each|shared|none] [--renderer stub|scribus] [--workers 3] [--logs folder]';

/** Reads the command line. Throws with what is wrong about it. */
export function parseCrashOptions(args: readonly string[]): CrashOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      jobs: { type: 'string' },
      kills: { type: 'string' },
      seed: { type: 'string', default: '1' },
      store: { type: 'string', default: 'both' },
      steps: { type: 'string', default: 'each' },
      renderer: { type: 'string', default: 'stub' },
      workers: { type: 'string', default: '3' },
      logs: { type: 'string' },
    },
  });
  const { store, steps, renderer } = values;
  if (steps !== 'each' && steps !== 'shared' && steps !== 'none') {
    throw new RangeError('--steps is each, shared or none.');
  }
  if (renderer !== 'stub' && renderer !== 'scribus') throw new RangeError('--renderer is stub or scribus.');
  if (store !== 'fs' && store !== 's3' && store !== 'both') throw new RangeError('--store is fs, s3 or both.');
  // A render of Scribus takes ten times as long.
  const defaults = renderer === 'stub' ? { jobs: '1000', kills: '200' } : { jobs: '60', kills: '20' };
  return {
    jobs: wholeNumber('jobs', values.jobs ?? defaults.jobs, 1),
    kills: wholeNumber('kills', values.kills ?? defaults.kills, 0),
    seed: wholeNumber('seed', values.seed, 0),
    stores: store === 'both' ? ['fs', 's3'] : [store],
    steps,
    renderer,
    workers: wholeNumber('workers', values.workers, 1),
    logDirectory: values.logs,
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) throw new RangeError(`--${name} is a whole number from ${least}.`);
  return value;
}
