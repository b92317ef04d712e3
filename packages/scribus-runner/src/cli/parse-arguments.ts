import { parseArgs } from 'node:util';
import { type PdfOptions, type PreflightCheck, preflightChecks } from '@pubpipe/core';
import type { SandboxMode } from '../scribus-renderer-options.ts';
import {
  type NumberBounds,
  parseBleed,
  parseMarks,
  parseNumber,
  parsePages,
  parseWord,
  parseWords,
} from './argument-values.ts';
import { UsageError } from './usage-error.ts';

/** What a command line asks for. Paths are as they were given. */
export interface CommandLine {
  readonly documents: readonly string[];
  readonly pdf: string | undefined;
  readonly png: string | undefined;
  readonly jpeg: string | undefined;
  /** Where reports go; `-` is standard output. */
  readonly preflight: string | undefined;
  readonly dpi: number | undefined;
  readonly pages: readonly number[] | undefined;
  readonly profile: string | undefined;
  /** A file with options of the PDF. */
  readonly optionsFile: string | undefined;
  /** Options of the PDF that have a flag of their own. */
  readonly pdfOptions: PdfOptions;
  readonly failOn: readonly PreflightCheck[] | undefined;
  readonly inputDirectory: string | undefined;
  readonly fontDirectories: readonly string[];
  readonly profileDirectories: readonly string[];
  readonly sandbox: SandboxMode | undefined;
  readonly timeoutMs: number | undefined;
  readonly jobs: number | undefined;
  readonly scribus: readonly string[] | undefined;
  readonly json: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const options = {
  pdf: { type: 'string' },
  png: { type: 'string' },
  jpeg: { type: 'string' },
  dpi: { type: 'string' },
  pages: { type: 'string' },
  profile: { type: 'string' },
  bleed: { type: 'string' },
  marks: { type: 'string' },
  'output-intent': { type: 'string' },
  options: { type: 'string' },
  preflight: { type: 'string' },
  'fail-on': { type: 'string' },
  'input-directory': { type: 'string' },
  'font-directory': { type: 'string', multiple: true },
  'profile-directory': { type: 'string', multiple: true },
  sandbox: { type: 'string' },
  timeout: { type: 'string' },
  jobs: { type: 'string' },
  scribus: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const;

const ofPdf = ['profile', 'bleed', 'marks', 'output-intent', 'options'] as const;
const sandboxModes = ['required', 'preferred', 'off'] as const;

/** Reads a command line. Throws a {@link UsageError}. */
export function parseArguments(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args);
  refuseUseless(values, positionals);
  const number = (name: 'dpi' | 'jobs' | 'timeout', bounds: NumberBounds) =>
    read(values, name, (flag, text) => parseNumber(flag, text, bounds));
  const seconds = number('timeout', { min: 0.001, max: 86_400 });
  return {
    documents: positionals,
    pdf: values.pdf,
    png: values.png,
    jpeg: values.jpeg,
    preflight: values.preflight,
    dpi: number('dpi', { min: 18, max: 1200, integer: true }),
    pages: read(values, 'pages', parsePages),
    profile: values.profile,
    optionsFile: values.options,
    pdfOptions: toPdfOptions(values),
    failOn: read(values, 'fail-on', (flag, text) => parseWords(flag, text, preflightChecks)),
    inputDirectory: values['input-directory'],
    fontDirectories: values['font-directory'] ?? [],
    profileDirectories: values['profile-directory'] ?? [],
    sandbox: read(values, 'sandbox', (flag, text) => parseWord(flag, text, sandboxModes)),
    timeoutMs: seconds === undefined ? undefined : Math.ceil(seconds * 1000),
    jobs: number('jobs', { min: 1, max: 256, integer: true }),
    scribus: values.scribus?.split(/\s+/).filter((word) => word !== ''),
    json: values.json,
    help: values.help,
    version: values.version,
  };
}

type Values = ReturnType<typeof parse>['values'];

/** Options whose value is one text. */
type TextOption = { [Name in keyof Values]-?: NonNullable<Values[Name]> extends string ? Name : never }[keyof Values];

function read<Value>(
  values: Values,
  name: TextOption,
  parseValue: (flag: string, text: string) => Value,
): Value | undefined {
  const text = values[name];
  return text === undefined ? undefined : parseValue(`--${name}`, text);
}

function toPdfOptions(values: Values): PdfOptions {
  const given: PdfOptions = {
    bleed: read(values, 'bleed', parseBleed),
    marks: read(values, 'marks', parseMarks),
    outputIntent: read(values, 'output-intent', (_, profile) => ({ profile })),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Refuses what would have no effect, or not the one that was meant. */
function refuseUseless(values: Values, documents: readonly string[]): void {
  if (documents.includes('')) throw new UsageError('The name of a document is empty.');
  if (documents.length === 0 && !values.help && !values.version)
    throw new UsageError('There is no document to render.');
  const images = values.png !== undefined || values.jpeg !== undefined;
  if (values.dpi !== undefined && !images) throw new UsageError('--dpi is of use only with --png or --jpeg.');
  const useless = images && values.pdf === undefined ? ofPdf.find((name) => values[name] !== undefined) : undefined;
  if (useless !== undefined) throw new UsageError(`--${useless} is about a PDF: say --pdf too.`);
  if (values.preflight !== '-') return;
  if (values.json) throw new UsageError('--preflight - and --json would print to the same place.');
  if (documents.length > 1) throw new UsageError('--preflight - is for one document; name a directory for several.');
}

function parse(args: readonly string[]) {
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      tokens: true,
    });
    const seen = new Set<string>();
    for (const token of tokens) {
      if (token.kind !== 'option') continue;
      if (token.value?.trim() === '') throw new UsageError(`${token.rawName} has an empty value.`);
      const { name } = token;
      const repeatable = 'multiple' in options[name];
      if (seen.has(name) && !repeatable) throw new UsageError(`${token.rawName} is given twice.`);
      seen.add(name);
    }
    return { values, positionals };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
