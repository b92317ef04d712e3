import { parseFlags } from './parse-flags.ts';
import { type RenderFlags, readRenderFlags, renderFlags } from './render-flags.ts';
import { UsageError } from './usage-error.ts';

/** What a command line asks for. Paths are as they were given. */
export interface CommandLine extends RenderFlags {
  readonly documents: readonly string[];
  readonly pdf: string | undefined;
  /** Where reports go; `-` is standard output. */
  readonly preflight: string | undefined;
}

const flags = { ...renderFlags, pdf: { type: 'string' }, preflight: { type: 'string' } } as const;

/** Reads a command line. Throws a {@link UsageError}. */
export function parseArguments(args: readonly string[]): CommandLine {
  const { values, positionals } = parseFlags(args, flags);
  const { pdf, preflight } = values;
  const line = { ...readRenderFlags(values, { name: '--pdf', value: pdf }), documents: positionals, pdf, preflight };
  refuseUseless(line);
  return line;
}

/** Refuses what would have no effect, or not the one that was meant. */
function refuseUseless({ documents, help, version, json, preflight }: CommandLine): void {
  if (documents.includes('')) throw new UsageError('The name of a document is empty.');
  if (documents.length === 0 && !help && !version) throw new UsageError('There is no document to render.');
  if (preflight !== '-') return;
  if (json) throw new UsageError('--preflight - and --json would print to the same place.');
  if (documents.length > 1) throw new UsageError('--preflight - is for one document; name a directory for several.');
}
