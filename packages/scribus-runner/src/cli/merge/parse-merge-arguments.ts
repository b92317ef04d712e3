import {
  type DataEncoding,
  type DataFormat,
  dataEncodings,
  dataFormats,
  type RecordErrorMode,
  recordErrorModes,
} from '../../merge/index.ts';
import { parseNumber, parseWord } from '../argument-values.ts';
import { parseFlags } from '../parse-flags.ts';
import { type RenderFlags, readRenderFlags, renderFlags } from '../render-flags.ts';
import { UsageError } from '../usage-error.ts';

/** What a command line of `merge` asks for. Paths are as they were given. */
export interface MergeCommandLine extends RenderFlags {
  readonly template: string;
  readonly data: string;
  readonly format: DataFormat | undefined;
  readonly encoding: DataEncoding | undefined;
  readonly delimiter: string | undefined;
  /** Directory of the PDFs. */
  readonly out: string | undefined;
  /** Pattern of names. */
  readonly outName: string | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly onRecordError: RecordErrorMode;
  readonly fastPath: boolean;
  /** A file for the report. */
  readonly report: string | undefined;
}

const flags = {
  ...renderFlags,
  data: { type: 'string' },
  format: { type: 'string' },
  encoding: { type: 'string' },
  delimiter: { type: 'string' },
  out: { type: 'string' },
  'out-name': { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  'on-record-error': { type: 'string' },
  'no-fast-path': { type: 'boolean', default: false },
  report: { type: 'string' },
} as const;

const maxRecord = 1_000_000_000;

/** Reads a command line of `merge`; undefined when it asks for help. Throws a {@link UsageError}. */
export function parseMergeArguments(args: readonly string[]): MergeCommandLine | undefined {
  const { values, positionals } = parseFlags(args, flags);
  const line = readRenderFlags(values, { name: '--out', value: values.out });
  if (line.help) return undefined;
  const [template, ...others] = positionals;
  if (template === undefined || template === '') throw new UsageError('There is no template to merge.');
  if (others.length > 0) throw new UsageError('Only one template can be merged at once.');
  const { data } = values;
  if (data === undefined) throw new UsageError('There is no data: say --data FILE.');
  const read = <Value>(name: keyof typeof flags, parse: (flag: string, text: string) => Value) => {
    const text = values[name];
    return typeof text === 'string' ? parse(`--${name}`, text) : undefined;
  };
  const parseRecord = (flag: string, text: string) =>
    parseNumber(flag, text, { min: 1, max: maxRecord, integer: true });
  const [from, to] = [read('from', parseRecord), read('to', parseRecord)];
  if (from !== undefined && to !== undefined && to < from) throw new UsageError('--to must not be less than --from.');
  return {
    ...line,
    template,
    data,
    format: read('format', (flag, text) => parseWord(flag, text, dataFormats)),
    encoding: read('encoding', (flag, text) => parseWord(flag, text, dataEncodings)),
    delimiter: read('delimiter', parseDelimiter),
    out: values.out,
    outName: values['out-name'],
    from,
    to,
    onRecordError: read('on-record-error', (flag, text) => parseWord(flag, text, recordErrorModes)) ?? 'report',
    fastPath: !values['no-fast-path'],
    report: values.report,
  };
}

function parseDelimiter(flag: string, text: string): string {
  if (text === 'tab' || text === '\\t') return '\t';
  if (/^[^"\s]$/u.test(text)) return text;
  throw new UsageError(`${flag} must be one character, or tab.`);
}
