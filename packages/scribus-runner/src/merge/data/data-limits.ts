import { checkWholeNumbers } from '@pubpipe/core/driver';

/** Bounds of data. What is more is a fault, never cut. */
export interface DataLimits {
  /** Columns of the header, or fields of a JSON object. @defaultValue 1,000 */
  readonly columns?: number | undefined;
  /** Characters of one value: more make the record invalid. @defaultValue 100,000 */
  readonly cellLength?: number | undefined;
  /** Characters of one record. @defaultValue 1,000,000 */
  readonly recordLength?: number | undefined;
  /** Records in all. @defaultValue 1,000,000 */
  readonly records?: number | undefined;
}

/** {@link DataLimits} with every bound. */
export type ResolvedDataLimits = { readonly [Name in keyof DataLimits]-?: number };

/**
 * Fills in and checks bounds of data.
 *
 * @throws PubpipeError `INVALID_INPUT` naming the bound that is wrong.
 */
export function resolveDataLimits(limits: DataLimits = {}): ResolvedDataLimits {
  const { columns = 1000, cellLength = 100_000, recordLength = 1_000_000, records = 1_000_000 } = limits;
  const resolved = { columns, cellLength, recordLength, records };
  checkWholeNumbers(resolved, { least: 1 });
  return Object.freeze(resolved);
}
