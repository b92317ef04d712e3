import { readFile, writeFile } from 'node:fs/promises';

const link = /(?<start>\sPFILE[23]?=")(?<path>[^"]+)"/g;
const absolute = /^(?:[/\\]|[a-z][a-z0-9+.-]*:)/i;

/**
 * Writes the paths of images in a document's text as seen from another folder; `toOld` leads from there to the old one.
 * Paths from the root of the disk stay. In a value of an attribute a quote is a reference, so nothing else looks like one.
 */
export function relinkImages(document: string, toOld: string): string {
  if (toOld === '') return document;
  const prefix = toOld.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return document.replaceAll(link, (found, start: string, path: string) =>
    absolute.test(path) ? found : `${start}${prefix}/${path}"`,
  );
}

/** Lets the document of a file find its images from another folder. Rejects as the file system does. */
export async function relinkFile(path: string, toOld: string): Promise<void> {
  if (toOld !== '') await writeFile(path, relinkImages(await readFile(path, 'utf8'), toOld));
}
