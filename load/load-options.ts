import { parseArgs } from 'node:util';

/** What can be measured, in this order. */
const measureNames = ['steady', 'redis-frozen', 'scribus', 'download', 'slow-clients'] as const;

/** One of the measures. */
export type MeasureName = (typeof measureNames)[number];

/** What a load test is asked for. */
export interface LoadOptions {
  /** How long requests are sent and counted. */
  readonly seconds: number;
  /** Requests a second. */
  readonly ratePerSecond: number;
  readonly measures: readonly MeasureName[];
}

/** What the goals are about. */
export const defaults: LoadOptions = { seconds: 30, ratePerSecond: 200, measures: measureNames };

/** How the command is used. */
export const usage = `Usage: npm run load -- api [--seconds ${defaults.seconds}] [--rate ${defaults.ratePerSecond}] [--only ${measureNames.join(',')}]`;

/** Reads the command line. Throws with what is wrong about it. */
export function parseLoadOptions(args: readonly string[]): LoadOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: String(defaults.seconds) },
      rate: { type: 'string', default: String(defaults.ratePerSecond) },
      only: { type: 'string', default: measureNames.join(',') },
    },
  });
  if (positionals.length !== 1 || positionals[0] !== 'api') throw new RangeError('There is one suite: api.');
  const measures = measureNames.filter((name) => values.only.split(',').includes(name));
  if (measures.length !== values.only.split(',').length) {
    throw new RangeError(`--only is a list of ${measureNames.join(', ')}.`);
  }
  return {
    seconds: wholeNumber('seconds', values.seconds, 3),
    ratePerSecond: wholeNumber('rate', values.rate, 1),
    measures,
  };
}

/** Whether it is what the goals are about. */
export function isWhole({ seconds, ratePerSecond, measures }: LoadOptions): boolean {
  return (
    seconds === defaults.seconds &&
    ratePerSecond === defaults.ratePerSecond &&
    measures.length === defaults.measures.length
  );
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) throw new RangeError(`--${name} is a whole number from ${least}.`);
  return value;
}
