import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { UnsafeReason } from './unsafe-document.ts';

/** Where a document lies. */
export interface DocumentPlace {
  /** Absolute path of the directory of the document itself: links are relative to it. */
  readonly directory: string;
  /** Absolute paths of the input directory, as it was given and as it really is. */
  readonly roots: readonly string[];
}

/** Where a link leads. */
export type LinkedPath =
  | { readonly kind: 'inside'; readonly path: string }
  /** Relative, and climbs out of the input directory; `path` is where it goes. */
  | { readonly kind: 'climbing'; readonly path: string }
  | { readonly kind: 'refused'; readonly reason: UnsafeReason; readonly what: string };

// Character references that XML forbids stay as they are written; what Scribus makes of them is not known.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const oddCharacters = /[\u0000-\u001f\u007f]|&#/;
// Also `C:/` and `C:\`, and Qt's own `:/`; two slashes are another computer on Windows.
const url = /^(?:[a-z][a-z0-9+.-]*)?:[/\\]|^(?:\/\/|\\\\)|^(?:file|data):/i;

// Longer than any system opens.
const maxPathBytes = 4096;

/** Judges a link by its text alone. */
export function readLinkedPath(link: string, { directory, roots }: DocumentPlace): LinkedPath {
  if (link.length > maxPathBytes) {
    return { kind: 'refused', reason: 'limit', what: `links a file by a path of more than ${maxPathBytes} characters` };
  }
  if (oddCharacters.test(link)) {
    return { kind: 'refused', reason: 'path-characters', what: 'links a file whose name has control characters' };
  }
  if (url.test(link)) return { kind: 'refused', reason: 'url', what: 'links a file by a URL or drive' };
  // Where `\` separates, it does so for Scribus too; where not, a name that climbs with it is not meant well either.
  const path = resolve(directory, link);
  const climbs = link.includes('\\') && !isInside(resolve(directory, link.replaceAll('\\', '/')), roots);
  if (!climbs && isInside(path, roots)) return { kind: 'inside', path };
  if (!climbs && !link.startsWith('/')) return { kind: 'climbing', path };
  return { kind: 'refused', reason: 'path-outside', what: 'links a file outside of its directory' };
}

/** Whether `path` is one of `directories`, or lies in one. */
export const isInside = (path: string, directories: readonly string[]): boolean =>
  directories.some((directory) => {
    const way = relative(directory, path);
    return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
  });
