/** The smallest of `values` that at least the fraction `share` of them does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('There is no percentile of nothing');
  return value;
}

/** The middle value, or the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('There is no median of nothing');
  return (lower + upper) / 2;
}

/** The first and third quartile. */
export function spread(values: readonly number[]): readonly [number, number] {
  return [percentile(values, 0.25), percentile(values, 0.75)];
}

/**
 * How much more one thing costs than another, from measurements taken in turns. Each is compared with
 * the one taken beside it, so that whatever slows the machine for a while slows both and drops out.
 */
export function pairedRatio(
  numerators: readonly number[],
  denominators: readonly number[],
): { readonly value: number; readonly spread: readonly [number, number]; readonly samples: number } {
  if (numerators.length !== denominators.length) throw new RangeError('Every measurement needs its counterpart');
  const ratios = numerators.map((numerator, index) => numerator / (denominators[index] ?? Number.NaN));
  return { value: median(ratios), spread: spread(ratios), samples: ratios.length };
}
