import { extname } from 'node:path';
import { type MergeDataFormat, mergeDataFormats } from '@pubpipe/core/driver';
import { dataUnreadable } from './data-faults.ts';

/** How records are written. `ndjson` is one JSON object a line. */
export const dataFormats: typeof mergeDataFormats = mergeDataFormats;

/** One of {@link dataFormats}. */
export type DataFormat = MergeDataFormat;

const formatOf: Readonly<Record<string, DataFormat>> = {
  '.csv': 'csv',
  '.tsv': 'csv',
  '.tab': 'csv',
  '.txt': 'csv',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

/** The format that a file's name says. Throws `DATA_UNREADABLE` where it says none. */
export function formatOfName(name: string): DataFormat {
  const format = formatOf[extname(name).toLowerCase()];
  if (format === undefined) throw dataUnreadable('format', 'has a name that says no format: name the format');
  return format;
}
