import { finished } from 'node:stream/promises';
import { CsvError, type Info, parse } from 'csv-parse';
import { dataUnreadable, recordInvalid } from './data-faults.ts';
import type { ResolvedDataLimits } from './data-limits.ts';
import type { DataRecord } from './data-record.ts';

/** How CSV is written. */
export interface CsvStyle {
  /** One character between cells. */
  readonly delimiter: string;
}

interface Row {
  readonly record: readonly string[];
  readonly info: Pick<Info, 'lines' | 'records'>;
}

/**
 * Reads CSV, or its kin with another delimiter: a header, then a record a row. Cells may be quoted, and then hold
 * anything; a formula is text like any other. Empty rows are left out, cells that are missing at the end are empty.
 */
export async function* readCsvRecords(
  text: AsyncIterable<string>,
  { delimiter }: CsvStyle,
  limits: ResolvedDataLimits,
): AsyncGenerator<DataRecord, void, undefined> {
  let columns: readonly string[] | undefined;
  let number = 0;
  let line = 1;
  for await (const { record: cells, info } of readRows(text, delimiter, limits)) {
    if (columns === undefined) {
      columns = toColumns(cells, limits);
    } else {
      number += 1;
      yield toRecord(cells, { columns, number, line, limits });
    }
    line = info.lines + 1;
  }
  if (columns === undefined) throw dataUnreadable('empty', 'is empty: it has no header');
}

/** Hands over the rows before a fault, too: as a stream, the parser would drop those that nobody has taken yet. */
async function* readRows(
  text: AsyncIterable<string>,
  delimiter: string,
  limits: ResolvedDataLimits,
): AsyncGenerator<Row, void, undefined> {
  const rows: Row[] = [];
  const parser = parse({
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    ltrim: delimiter !== '\t',
    max_record_size: limits.recordLength,
    on_record(record: readonly string[], { lines, records }) {
      rows.push({ record, info: { lines, records } });
      return null;
    },
  });
  let failure: unknown;
  const end = finished(parser.resume()).catch((error: unknown) => {
    failure = error;
  });
  try {
    for await (const piece of text) {
      await new Promise<void>((resolve) => {
        parser.write(piece, () => resolve());
      });
      yield* rows.splice(0);
      if (failure !== undefined || parser.errored !== null) break;
    }
    parser.end();
    await end;
    yield* rows.splice(0);
  } finally {
    parser.destroy();
  }
  if (failure !== undefined) throw failure instanceof CsvError ? toDataFault(failure, limits) : failure;
}

function toColumns(header: readonly string[], { columns }: ResolvedDataLimits): readonly string[] {
  const names = header.map((name) => name.trim());
  if (names.length > columns) throw dataUnreadable('columns', `has more than ${columns} columns`, { line: 1 });
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw dataUnreadable('header', `has two columns named "${twice.slice(0, 100)}"`, { line: 1 });
  }
  if (names.every((name) => name === '')) throw dataUnreadable('header', 'has no named column', { line: 1 });
  return names;
}

function toRecord(
  cells: readonly string[],
  place: {
    readonly columns: readonly string[];
    readonly number: number;
    readonly line: number;
    readonly limits: ResolvedDataLimits;
  },
): DataRecord {
  const { columns, number, line, limits } = place;
  const values = new Map<string, string>();
  for (const [index, name] of columns.entries()) if (name !== '') values.set(name, cells[index] ?? '');
  const at = { record: number, line };
  const extra = cells.slice(columns.length).find((cell) => cell !== '');
  if (extra !== undefined) {
    const what = `has ${cells.length} cells for ${columns.length} columns`;
    return { number, line, values, fault: recordInvalid('columns', what, { ...at, value: extra }) };
  }
  const long = columns.find((name) => (values.get(name)?.length ?? 0) > limits.cellLength);
  if (long !== undefined) {
    const what = `has more than ${limits.cellLength} characters in the column "${long}"`;
    return { number, line, values: new Map(), fault: recordInvalid('cell-size', what, { ...at, column: long }) };
  }
  return { number, line, values };
}

function toDataFault(error: CsvError, limits: ResolvedDataLimits) {
  const { lines: line, records } = error as CsvError & Partial<Info>;
  const at = { line, record: records, cause: error };
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return dataUnreadable('record-size', `has a record of more than ${limits.recordLength} characters`, at);
    case 'CSV_QUOTE_NOT_CLOSED':
      return dataUnreadable('syntax', 'has a quote that is never closed', at);
    default:
      return dataUnreadable('syntax', 'has a quote in the middle of a cell', at);
  }
}
