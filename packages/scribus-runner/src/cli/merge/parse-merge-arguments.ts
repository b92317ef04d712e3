import { type EmptyValueMode, emptyValueModes, type LineBreakMode, lineBreakModes } from '@pubpipe/core/driver';
import {
  type DataEncoding,
  type DataFormat,
  dataEncodings,
  dataFormats,
  type RecordErrorMode,
  recordErrorModes,
} from '../../merge/index.ts';
import { parseDpi, parseNumber, parseRecords, parseWord } from '../argument-values.ts';
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
  readonly emptyValues: EmptyValueMode | undefined;
  readonly lineBreaks: LineBreakMode | undefined;
  /** Directory of the PDFs. */
  readonly out: string | undefined;
  /** Directory of the filled documents. */
  readonly sla: string | undefined;
  /** Pattern of names. */
  readonly outName: string | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Records of whose documents there are proofs. */
  readonly proof: readonly number[] | undefined;
  readonly proofDpi: number | undefined;
  /** Directory of the proofs. */
  readonly proofDirectory: string | undefined;
  readonly onRecordError: RecordErrorMode;
  readonly fastPath: boolean;
  /** How many of them a process makes at most. */
  readonly recordsPerProcess: number | undefined;
  /** Whether the PDFs are joined to one. */
  readonly merge: boolean;
  /** Whether they are written too when they are joined. */
  readonly single: boolean;
  /** A file for the report. */
  readonly report: string | undefined;
}

/** A command line as it was given. */
export interface MergeArguments extends Omit<MergeCommandLine, 'data'> {
  readonly data: string | undefined;
  /** Whether what it leaves open is as it was kept in the template. */
  readonly loadSettings: boolean;
}

const flags = {
  ...renderFlags,
  data: { type: 'string' },
  'load-settings': { type: 'boolean' },
  format: { type: 'string' },
  encoding: { type: 'string' },
  delimiter: { type: 'string' },
  'empty-values': { type: 'string' },
  'line-breaks': { type: 'string' },
  out: { type: 'string' },
  sla: { type: 'string' },
  'out-name': { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  proof: { type: 'string' },
  'proof-dpi': { type: 'string' },
  'proof-directory': { type: 'string' },
  'on-record-error': { type: 'string' },
  'no-fast-path': { type: 'boolean', default: false },
  'records-per-process': { type: 'string' },
  merge: { type: 'boolean', short: 'm' },
  single: { type: 'boolean' },
  report: { type: 'string' },
} as const;

const maxRecord = 1_000_000_000;
const maxRecordsPerProcess = 1000;

/** Reads a command line of `merge`; undefined when it asks for help. Throws a {@link UsageError}. */
export function parseMergeArguments(args: readonly string[]): MergeArguments | undefined {
  const { values, positionals } = parseFlags(args, flags);
  refuseUseless(values);
  const line = readRenderFlags(values, { name: '--out', value: values.out });
  if (line.help) return undefined;
  const [template, ...others] = positionals;
  if (template === undefined || template === '') throw new UsageError('There is no template to merge.');
  if (others.length > 0) throw new UsageError('Only one template can be merged at once.');
  const { data, 'load-settings': loadSettings = false, merge = false, single = false } = values;
  if (data === undefined && !loadSettings) throw new UsageError('There is no data: say --data FILE.');
  if (single && !merge && !loadSettings) throw new UsageError('--single is about --merge: say both, or neither.');
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
    loadSettings,
    format: read('format', (flag, text) => parseWord(flag, text, dataFormats)),
    encoding: read('encoding', (flag, text) => parseWord(flag, text, dataEncodings)),
    delimiter: read('delimiter', parseDelimiter),
    emptyValues: read('empty-values', (flag, text) => parseWord(flag, text, emptyValueModes)),
    lineBreaks: read('line-breaks', (flag, text) => parseWord(flag, text, lineBreakModes)),
    out: values.out,
    sla: values.sla,
    outName: values['out-name'],
    from,
    to,
    proof: read('proof', parseRecords),
    proofDpi: read('proof-dpi', parseDpi),
    proofDirectory: values['proof-directory'],
    merge,
    single,
    onRecordError: read('on-record-error', (flag, text) => parseWord(flag, text, recordErrorModes)) ?? 'report',
    fastPath: !values['no-fast-path'],
    recordsPerProcess: read('records-per-process', (flag, text) =>
      parseNumber(flag, text, { min: 1, max: maxRecordsPerProcess, integer: true }),
    ),
    report: values.report,
  };
}

function refuseUseless(values: Readonly<Partial<Record<keyof typeof flags, unknown>>>): void {
  const { proof, png, jpeg, dpi } = values;
  for (const name of ['proof-dpi', 'proof-directory'] as const)
    if (proof === undefined && values[name] !== undefined)
      throw new UsageError(`--${name} is about proofs: say --proof too.`);
  if (proof !== undefined && dpi !== undefined && png === undefined && jpeg === undefined)
    throw new UsageError('--dpi is about --png and --jpeg; of proofs it is --proof-dpi.');
}

function parseDelimiter(flag: string, text: string): string {
  if (text === 'tab' || text === '\\t') return '\t';
  if (/^[^"\s]$/u.test(text)) return text;
  throw new UsageError(`${flag} must be one character, or tab.`);
}
