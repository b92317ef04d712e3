import { createReadStream } from 'node:fs';
import { isPubpipeError, PubpipeError } from '@pubpipe/core/driver';
import { detectDelimiter } from './csv-delimiter.ts';
import { readCsvRecords } from './csv-records.ts';
import { type DataEncoding, dataEncodings, decodeData, detectEncoding } from './data-encoding.ts';
import { dataUnreadable } from './data-faults.ts';
import { type DataFormat, dataFormats, formatOfName } from './data-format.ts';
import { type DataLimits, resolveDataLimits } from './data-limits.ts';
import type { DataRecord } from './data-record.ts';

/** Where data comes from: the path of a file, or what gives its bytes from the beginning each time it is called. */
export type DataSource = string | (() => AsyncIterable<Uint8Array>);

/** How data is written; what is not said is found out. */
export interface DataOptions {
  /** @defaultValue what the file's name says */
  readonly format?: DataFormat | undefined;
  /** @defaultValue told by its bytes, of all the data */
  readonly encoding?: DataEncoding | undefined;
  /** What stands between the cells of CSV, one character. @defaultValue of `,`, `;`, tab and `|` the one that the header has most of */
  readonly delimiter?: string | undefined;
  readonly limits?: DataLimits | undefined;
}

/** Data that can be read any number of times, each time from its beginning; nothing of it is held. */
export interface OpenedData {
  readonly format: DataFormat;
  readonly encoding: DataEncoding;
  /** Of CSV. */
  readonly delimiter: string | undefined;
  /**
   * Reads the records in their order. Of a record that can't be used `fault` says why, and the next follows.
   *
   * @throws PubpipeError `DATA_UNREADABLE` when what follows can't be told; details `reason`, `line`, `record`.
   */
  records(): AsyncIterable<DataRecord>;
}

/**
 * Finds out how data is written, reading it once.
 *
 * @throws PubpipeError `DATA_UNREADABLE` when that can't be told, or the file can't be read; details `reason`.
 * @throws PubpipeError `INVALID_INPUT` naming the option that is wrong.
 */
export async function openData(source: DataSource, options: DataOptions = {}): Promise<OpenedData> {
  checkOptions(options);
  const limits = resolveDataLimits(options.limits);
  const format = options.format ?? formatOfName(typeof source === 'string' ? source : '');
  const open = typeof source === 'string' ? () => readFile(source) : source;
  const encoding = options.encoding ?? (await detectEncoding(open()));
  const text = () => decodeData(open(), encoding);
  if (format !== 'csv') {
    // What reads JSON is loaded where there is some.
    const { readJsonRecords, readNdjsonRecords } = await import('./json-records.ts');
    const read = format === 'json' ? readJsonRecords : readNdjsonRecords;
    return { format, encoding, delimiter: undefined, records: () => bounded(read(text(), limits), limits.records) };
  }
  const delimiter = options.delimiter ?? (await detectDelimiter(text(), limits.recordLength));
  return {
    format,
    encoding,
    delimiter,
    records: () => bounded(readCsvRecords(text(), { delimiter }, limits), limits.records),
  };
}

function checkOptions({ format, encoding, delimiter }: DataOptions): void {
  const wrong =
    (format !== undefined && !dataFormats.includes(format) && `format must be one of ${dataFormats.join(', ')}`) ||
    (encoding !== undefined &&
      !dataEncodings.includes(encoding) &&
      `encoding must be one of ${dataEncodings.join(', ')}`) ||
    (delimiter !== undefined && !/^[^"\r\n\0]$/u.test(delimiter) && 'delimiter must be one character, and no quote');
  if (wrong !== false) throw new PubpipeError('INVALID_INPUT', `${wrong}.`);
}

async function* bounded(records: AsyncIterable<DataRecord>, max: number): AsyncGenerator<DataRecord, void, undefined> {
  for await (const record of records) {
    if (record.number > max) throw dataUnreadable('records', `has more than ${max} records`, { line: record.line });
    yield record;
  }
}

async function* readFile(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  } catch (error) {
    if (isPubpipeError(error)) throw error;
    throw dataUnreadable('unreadable', `can't be read from disk: ${(error as NodeJS.ErrnoException).code}`, {
      cause: error,
    });
  }
}
