import { parseArgs } from 'node:util';

/** A command line that can't be carried out; its message says why. */
export class UsageError extends Error {}

/** What a command line asks for. */
export interface CommandLine {
  readonly documents: readonly string[];
  readonly pdf: string | undefined;
  readonly png: string | undefined;
  readonly dpi: number | undefined;
  readonly timeoutMs: number | undefined;
  readonly jobs: number | undefined;
  readonly allowMissingImages: boolean;
  readonly scribus: readonly string[] | undefined;
  readonly json: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const options = {
  pdf: { type: 'string' },
  png: { type: 'string' },
  dpi: { type: 'string' },
  timeout: { type: 'string' },
  jobs: { type: 'string' },
  'allow-missing-images': { type: 'boolean', default: false },
  scribus: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
} as const;

/** Reads a command line. Throws a {@link UsageError}. */
export function parseArguments(args: readonly string[]): CommandLine {
  const { values, positionals } = parse(args);
  if (positionals.includes('')) throw new UsageError('The name of a document is empty.');
  if (positionals.length === 0 && !values.help && !values.version)
    throw new UsageError('There is no document to render.');
  if (values.dpi !== undefined && values.png === undefined) throw new UsageError('--dpi is of use only with --png.');
  const seconds = toNumber('--timeout', values.timeout, { min: 0.001, max: 86_400 });
  return {
    documents: positionals,
    pdf: values.pdf,
    png: values.png,
    dpi: toNumber('--dpi', values.dpi, { min: 18, max: 1200, integer: true }),
    timeoutMs: seconds === undefined ? undefined : Math.ceil(seconds * 1000),
    jobs: toNumber('--jobs', values.jobs, { min: 1, max: 256, integer: true }),
    allowMissingImages: values['allow-missing-images'],
    scribus: values.scribus?.split(/\s+/).filter((word) => word !== ''),
    json: values.json,
    help: values.help,
    version: values.version,
  };
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
      if (seen.has(token.name)) throw new UsageError(`${token.rawName} is given twice.`);
      seen.add(token.name);
    }
    return { values, positionals };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function toNumber(
  name: string,
  text: string | undefined,
  { min, max, integer = false }: { readonly min: number; readonly max: number; readonly integer?: boolean },
): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= min && value <= max && (!integer || Number.isInteger(value))) return value;
  throw new UsageError(`${name} must be ${integer ? 'an integer' : 'a number'} from ${min} to ${max}.`);
}
