import type { ParsedRendition } from '../request/parse-renditions.ts';
import type { ResolvedScribusRendererOptions } from '../scribus-renderer-options.ts';

/** What was asked for, as provenance tells it: all that changes the bytes of a result, but for passwords. */
export const toProvenanceOptions = (
  renditions: readonly ParsedRendition[],
  { documentDate, afterExport }: Pick<ResolvedScribusRendererOptions, 'documentDate' | 'afterExport'>,
): Readonly<Record<string, unknown>> => ({
  renditions: renditions.map(toOptions),
  documentDate,
  // What it does is not known here: only that files may differ from what Scribus wrote.
  afterExport: afterExport !== undefined,
});

function toOptions(rendition: ParsedRendition): Readonly<Record<string, unknown>> {
  const pages = rendition.pages ?? 'all';
  if (rendition.kind !== 'pdf') {
    const { kind, prefix, dpi } = rendition;
    return { kind, prefix, pages, dpi };
  }
  const { kind, name: fileName, settings } = rendition;
  const { encryption } = settings;
  const allowed = typeof encryption === 'object' ? { allow: encryption.allow ?? [] } : encryption;
  return { kind, fileName, pages, ...settings, encryption: allowed };
}
