import { type PdfOptions, type PreflightCheck, preflightChecks } from '@pubpipe/core/driver';
import type { SandboxMode } from '../scribus-renderer-options.ts';
import {
  type NumberBounds,
  parseBleed,
  parseDpi,
  parseMarks,
  parseNumber,
  parsePages,
  parseWord,
  parseWords,
} from './argument-values.ts';
import { UsageError } from './usage-error.ts';

/** What every way of rendering can be told. Paths are as they were given. */
export interface RenderFlags {
  readonly png: string | undefined;
  readonly jpeg: string | undefined;
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

/** The flags themselves. */
export const renderFlags = {
  png: { type: 'string' },
  jpeg: { type: 'string' },
  dpi: { type: 'string' },
  pages: { type: 'string' },
  profile: { type: 'string' },
  bleed: { type: 'string' },
  marks: { type: 'string' },
  'output-intent': { type: 'string' },
  options: { type: 'string' },
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

/** Values of {@link renderFlags}, as they were given. */
type RenderFlagValues = {
  readonly [Name in keyof typeof renderFlags]?:
    | ((typeof renderFlags)[Name] extends { type: 'boolean' }
        ? boolean
        : (typeof renderFlags)[Name] extends { multiple: true }
          ? readonly string[]
          : string)
    | undefined;
};

const ofPdf = ['profile', 'bleed', 'marks', 'output-intent', 'options'] as const;
const sandboxModes = ['required', 'preferred', 'off'] as const;

/** The flag that says where PDFs go, and what it says. */
interface PdfFlag {
  readonly name: string;
  readonly value: string | undefined;
}

/** Reads the values of flags. Throws a {@link UsageError}. */
export function readRenderFlags(values: RenderFlagValues, pdf: PdfFlag): RenderFlags {
  refuseUseless(values, pdf);
  const number = (name: 'jobs' | 'timeout', bounds: NumberBounds) =>
    read(values, name, (flag, text) => parseNumber(flag, text, bounds));
  const seconds = number('timeout', { min: 0.001, max: 86_400 });
  return {
    png: values.png,
    jpeg: values.jpeg,
    dpi: read(values, 'dpi', parseDpi),
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
    json: values.json ?? false,
    help: values.help ?? false,
    version: values.version ?? false,
  };
}

/** Flags whose value is one text. */
type TextFlag = {
  [Name in keyof RenderFlagValues]-?: NonNullable<RenderFlagValues[Name]> extends string ? Name : never;
}[keyof RenderFlagValues];

function read<Value>(
  values: RenderFlagValues,
  name: TextFlag,
  parseValue: (flag: string, text: string) => Value,
): Value | undefined {
  const text = values[name];
  return text === undefined ? undefined : parseValue(`--${name}`, text);
}

function toPdfOptions(values: RenderFlagValues): PdfOptions {
  const given: PdfOptions = {
    bleed: read(values, 'bleed', parseBleed),
    marks: read(values, 'marks', parseMarks),
    outputIntent: read(values, 'output-intent', (_, profile) => ({ profile })),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Refuses what would have no effect, or not the one that was meant. */
function refuseUseless(values: RenderFlagValues, pdf: PdfFlag): void {
  const images = values.png !== undefined || values.jpeg !== undefined;
  if (values.dpi !== undefined && !images) throw new UsageError('--dpi is of use only with --png or --jpeg.');
  const useless = images && pdf.value === undefined ? ofPdf.find((name) => values[name] !== undefined) : undefined;
  if (useless !== undefined) throw new UsageError(`--${useless} is about a PDF: say ${pdf.name} too.`);
}
