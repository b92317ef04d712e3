import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PubpipeError } from '@pubpipe/core';
import type { ResolvedPageOptions } from './page-options.ts';

/** A file of the page. */
export interface PageFile {
  readonly mediaType: string;
  readonly content: Buffer;
  /** Strong entity tag: the content's SHA-256. */
  readonly entityTag: string;
}

// The same folder from `src/page` and from `dist/page`: the build makes it.
const folder = new URL('../../dist/page/client/', import.meta.url);

/**
 * Reads the files of the page, by their paths on it.
 *
 * @throws PubpipeError `INTERNAL` when the package was not built.
 */
export function readPageFiles({ apiPath, title }: ResolvedPageOptions): ReadonlyMap<string, PageFile> {
  const html = read('index.html').toString().replaceAll('{{title}}', escapeHtml(title));
  return new Map([
    ['/', toFile('text/html; charset=utf-8', html.replace('{{apiPath}}', escapeHtml(apiPath)))],
    ['/app.js', toFile('text/javascript; charset=utf-8', read('app.js'))],
    ['/style.css', toFile('text/css; charset=utf-8', read('style.css'))],
    ['/icon.svg', toFile('image/svg+xml', read('icon.svg'))],
  ]);
}

function read(name: string): Buffer {
  try {
    return readFileSync(new URL(name, folder));
  } catch (error) {
    throw new PubpipeError('INTERNAL', `The page has no ${name}: build @pubpipe/adapter-express.`, { cause: error });
  }
}

function toFile(mediaType: string, content: string | Buffer): PageFile {
  const bytes = Buffer.from(content);
  return { mediaType, content: bytes, entityTag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => escapes[character] ?? character);
}
