import { throwIfCancelled } from '@pubpipe/core/driver';
import type { OpenedData } from './open-data.ts';

/** What is known of data that was read to its end. */
export interface SurveyedData {
  /** How many records there are. */
  readonly count: number;
  /** Those of the variables that no record has a column for. */
  readonly missing: ReadonlySet<string>;
}

/**
 * Reads all data once, so that what can't be read is refused before anything is rendered.
 *
 * @throws PubpipeError `DATA_UNREADABLE`, `CANCELLED`.
 */
export async function surveyData(
  data: OpenedData,
  variables: readonly string[],
  signal: AbortSignal,
): Promise<SurveyedData> {
  const missing = new Set(variables.filter((name) => name !== 'COUNT'));
  let count = 0;
  for await (const { values } of data.records()) {
    throwIfCancelled(signal);
    count += 1;
    for (const name of missing) if (values.has(name)) missing.delete(name);
  }
  return { count, missing };
}
