import { JSONParser } from '@streamparser/json';
import { dataUnreadable, recordInvalid } from './data-faults.ts';
import type { ResolvedDataLimits } from './data-limits.ts';
import type { DataRecord } from './data-record.ts';

// So small that the record which outgrows its bound is noticed before much more of it is held.
const pieceLength = 16 * 1024;

/** Reads an array of objects, one after the other; the array is never whole in memory. */
export async function* readJsonRecords(
  text: AsyncIterable<string>,
  limits: ResolvedDataLimits,
): AsyncGenerator<DataRecord, void, undefined> {
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false });
  const found: unknown[] = [];
  let failure: Error | undefined;
  parser.onValue = ({ value, parent }) => {
    if (!Array.isArray(parent)) failure ??= new Error('it is no array');
    found.push(value);
  };
  parser.onError = (error) => {
    failure ??= error;
  };
  let number = 0;
  let line = 1;
  let sinceLast = 0;
  let empty = true;
  const unreadable = (cause: Error) =>
    dataUnreadable('syntax', 'is not a JSON array of objects', { line, record: number + 1, cause });
  for await (const piece of splitAtLines(text)) {
    empty &&= piece.trim() === '';
    // What follows the end of the array may only be white space.
    if (parser.isEnded && piece.trim() !== '') throw unreadable(new Error('there is more after its end'));
    if (!parser.isEnded) parser.write(piece);
    if (failure !== undefined) throw unreadable(failure);
    sinceLast = found.length === 0 ? sinceLast + piece.length : 0;
    if (sinceLast > limits.recordLength + pieceLength) {
      const what = `has a record of more than ${limits.recordLength} characters`;
      throw dataUnreadable('record-size', what, { line, record: number + 1 });
    }
    for (const value of found.splice(0)) {
      number += 1;
      yield toJsonRecord(value, { number, line, limits });
    }
    if (piece.endsWith('\n')) line += 1;
  }
  if (empty) throw dataUnreadable('empty', 'is empty');
  if (!parser.isEnded) throw unreadable(new Error('it ends too early'));
}

/** Reads one JSON object a line; empty lines are left out. */
export async function* readNdjsonRecords(
  text: AsyncIterable<string>,
  limits: ResolvedDataLimits,
): AsyncGenerator<DataRecord, void, undefined> {
  let number = 0;
  let line = 1;
  let begun = '';
  const finish = function* (): Generator<DataRecord> {
    if (begun.trim() !== '') {
      number += 1;
      yield toJsonRecord(parseLine(begun, { number, line }), { number, line, limits });
    }
    begun = '';
    line += 1;
  };
  for await (const piece of splitAtLines(text)) {
    begun += piece;
    if (begun.length > limits.recordLength) {
      const what = `has a record of more than ${limits.recordLength} characters`;
      throw dataUnreadable('record-size', what, { line, record: number + 1 });
    }
    if (piece.endsWith('\n')) yield* finish();
  }
  yield* finish();
  if (number === 0) throw dataUnreadable('empty', 'is empty');
}

function parseLine(
  text: string,
  { number: record, line }: { readonly number: number; readonly line: number },
): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw dataUnreadable('syntax', 'has a line that is no JSON', { line, record, cause });
  }
}

function toJsonRecord(
  value: unknown,
  place: { readonly number: number; readonly line: number; readonly limits: ResolvedDataLimits },
): DataRecord {
  const { number, line, limits } = place;
  const values = new Map<string, string>();
  const at = { record: number, line };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { number, line, values, fault: recordInvalid('not-an-object', 'is no JSON object', at) };
  }
  const fields = Object.entries(value);
  if (fields.length > limits.columns) {
    const what = `has more than ${limits.columns} fields`;
    return { number, line, values, fault: recordInvalid('columns', what, at) };
  }
  for (const [column, field] of fields) {
    const here = { ...at, column };
    const quoted = `"${column.slice(0, 100)}"`;
    if (typeof field === 'object' && field !== null) {
      return { number, line, values, fault: recordInvalid('nested', `has a list or an object in ${quoted}`, here) };
    }
    if (typeof field === 'number' && Math.abs(field) > Number.MAX_SAFE_INTEGER) {
      const what = `has a number in ${quoted} that JSON readers round: write it as text`;
      return { number, line, values, fault: recordInvalid('number', what, here) };
    }
    const cell = field === null ? '' : String(field);
    if (cell.length > limits.cellLength) {
      const what = `has more than ${limits.cellLength} characters in ${quoted}`;
      return { number, line, values, fault: recordInvalid('cell-size', what, here) };
    }
    values.set(column.trim(), cell);
  }
  return { number, line, values };
}

/** Pieces that end with a line, or earlier: lines may be long. */
async function* splitAtLines(text: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  for await (const piece of text) {
    for (let from = 0; from < piece.length; ) {
      const lineEnd = piece.indexOf('\n', from);
      const to = Math.min(lineEnd === -1 ? piece.length : lineEnd + 1, from + pieceLength);
      yield piece.slice(from, to);
      from = to;
    }
  }
}
