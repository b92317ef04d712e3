const firstMs = 500;
const longestMs = 15_000;

/**
 * How long to wait after so many failures in a row: twice as long each time, up to 15 s, and half of it at random, so
 * that the browsers of a whole office don't come back at the same moment.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const most = Math.min(firstMs * 2 ** Math.min(failures - 1, 10), longestMs);
  return Math.round(most / 2 + (most / 2) * random());
}
