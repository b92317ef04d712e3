import { create, parse } from 'content-disposition';

/** How browsers are to take content. */
export type Disposition = 'attachment' | 'inline';

// What a browser shows without running anything of it.
const shownInline = new Set(['application/pdf', 'image/png', 'image/jpeg', 'image/gif', 'image/webp', 'text/plain']);

/** A `Content-Disposition` (RFC 6266, names by RFC 8187). What could run in a browser is always saved. */
export function formatDisposition(wanted: Disposition, fileName: string, mediaType: string): string {
  const type = wanted === 'inline' && shownInline.has(mediaType) ? 'inline' : 'attachment';
  return create(fileName, { type });
}

/** The file name in a `Content-Disposition`, if there is one. */
export function fileNameOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : parse(header).parameters['filename'];
}
