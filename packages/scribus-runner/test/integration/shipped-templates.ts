import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { parseAssetName } from '@pubpipe/core';
import type { RenderableDocument } from '@pubpipe/core/testing';

/** A document with its path in the folder of templates. */
export interface ShippedTemplate {
  readonly path: string;
  readonly document: RenderableDocument;
}

/** The templates of a Scribus, each with the files beside it. */
export function shippedTemplates(folder: string): readonly ShippedTemplate[] {
  return filesIn(folder)
    .filter((path) => path.endsWith('.sla.gz'))
    .map((path) => ({
      path: relative(folder, path),
      document: { name: parseAssetName(basename(path)), files: readFiles(dirname(path), basename(path)) },
    }));
}

/** The document, and what it may link: other documents and previews are left out. */
function readFiles(directory: string, document: string): RenderableDocument['files'] {
  return filesIn(directory)
    .map((path) => relative(directory, path))
    .filter((path) => path === document || !/\.sla\.gz$|^template\.xml$/.test(path))
    .map((path) => ({ name: parseAssetName(path), content: readFileSync(join(directory, path)) }));
}

const filesIn = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((path) => join(directory, path))
    .filter((path) => statSync(path).isFile())
    .toSorted();
