import type { PubpipeError } from '@pubpipe/core/driver';

/** One row of the data: what a template's variables become. */
export interface DataRecord {
  /** Its place in the data, from 1; a header is not counted. */
  readonly number: number;
  /** Line in which it begins, from 1. Of JSON, the line in which it ends. */
  readonly line: number;
  /** Values by the name of their column. */
  readonly values: ReadonlyMap<string, string>;
  /** Why nothing can be made of it, if so: `RECORD_INVALID`. */
  readonly fault?: PubpipeError | undefined;
}
