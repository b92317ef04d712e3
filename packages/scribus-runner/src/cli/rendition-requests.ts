import { readFileSync } from 'node:fs';
import { isPubpipeError, type RenditionRequest } from '@pubpipe/core/driver';
import type { RenderFlags } from './render-flags.ts';
import { UsageError } from './usage-error.ts';

/**
 * What each document is rendered as. Page images come first: they are there before a PDF is.
 * Throws a {@link UsageError} when a PDF can't be made as it is asked for.
 */
export async function toRenditionRequests(
  flags: RenderFlags & { readonly pdf: string | undefined },
): Promise<readonly RenditionRequest[]> {
  const { pdf, png, jpeg, dpi, pages, profile, optionsFile, pdfOptions } = flags;
  const images = (['png', 'jpeg'] as const).filter((kind) => flags[kind] !== undefined);
  const wantsPdf = pdf !== undefined || (png === undefined && jpeg === undefined);
  const requests = [
    ...(wantsPdf ? [{ kind: 'pdf', profile, pages, options: { ...readOptions(optionsFile), ...pdfOptions } }] : []),
    ...images.map((kind) => ({ kind, dpi, pages })),
  ];
  const { parseRenditions } = await import('@pubpipe/core');
  try {
    return parseRenditions(requests).toReversed();
  } catch (error) {
    throw isPubpipeError(error) ? new UsageError(explain(error.details), { cause: error }) : error;
  }
}

function readOptions(path: string | undefined): object {
  if (path === undefined) return {};
  try {
    const options: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path} can't be read: ${code ?? message}.`, { cause: error });
  }
  throw new UsageError(`${path} must hold a JSON object.`);
}

/** Only a PDF can be asked for wrongly: what page images have was checked flag by flag. */
function explain(details: Readonly<Record<string, unknown>>): string {
  const issues = details['issues'] as readonly { readonly path: string; readonly message: string }[];
  const lines = issues.map(({ path, message }) =>
    [path.replace(/^0\.?(?:options\.?)?/, ''), message].filter(Boolean).join(': '),
  );
  return `The PDF can't be made so. ${lines.join('; ')}.`;
}
