import { PubpipeError } from '@pubpipe/core/driver';

/** Why data can't be read. Stable words: callers may look at them. */
export type DataFaultReason =
  | 'unreadable'
  | 'format'
  | 'encoding'
  | 'binary'
  | 'empty'
  | 'header'
  | 'syntax'
  | 'columns'
  | 'record-size'
  | 'records';

/** Why a record can't be used. Stable words: callers may look at them. */
export type RecordFaultReason =
  | 'columns'
  | 'cell-size'
  | 'not-an-object'
  | 'nested'
  | 'number'
  | 'asset'
  | 'colour'
  | 'code';

/** Where in the data something is wrong. */
export interface DataPlace {
  /** From 1. */
  readonly line?: number | undefined;
  readonly record?: number | undefined;
}

/** A `DATA_UNREADABLE` error; details `reason`, `line`, `record`. `what` is the rest of the sentence "The data …". */
export function dataUnreadable(
  reason: DataFaultReason,
  what: string,
  { line, record, cause }: DataPlace & { readonly cause?: unknown } = {},
): PubpipeError {
  const where = line === undefined ? '' : ` (line ${line})`;
  return new PubpipeError('DATA_UNREADABLE', `The data ${what}${where}.`, {
    details: { reason, line: line ?? null, record: record ?? null },
    cause,
  });
}

const maxValueLength = 200;

/** A `RECORD_INVALID` error; details `reason`, `record`, `line`, `column`, `value` cut to 200 characters. */
export function recordInvalid(
  reason: RecordFaultReason,
  what: string,
  { record, line, column, value }: DataPlace & { readonly column?: string | undefined; readonly value?: string },
): PubpipeError {
  return new PubpipeError('RECORD_INVALID', `Record ${record} ${what}.`, {
    details: {
      reason,
      record: record ?? null,
      line: line ?? null,
      column: column ?? null,
      value: value?.slice(0, maxValueLength) ?? null,
    },
  });
}
