import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { PubpipeError } from '@pubpipe/core/driver';
import { isCollectedName } from '../document/document-names.ts';
import { isInside } from '../document/screening/linked-path.ts';
import { needDirectory } from './output-target.ts';
import { UsageError } from './usage-error.ts';

/** Where a renderer finds a document. */
export interface DocumentPlace {
  /** Absolute path of the directory that the renderer may read. */
  readonly inputDirectory: string;
  /** Path of the document inside of it. */
  readonly name: string;
}

/**
 * Finds a document in the input directory that the command line names, or in its own.
 * Throws a {@link UsageError} when it is not in there.
 */
export function placeDocument(document: string, inputDirectory: string | undefined): DocumentPlace {
  const path = resolve(document);
  if (inputDirectory === undefined) return { inputDirectory: dirname(path), name: basename(path) };
  needDirectory('--input-directory', inputDirectory);
  const directory = realpathSync(inputDirectory);
  const way = relative(directory, join(realOr(dirname(path)), basename(path)));
  if (way === '..' || way.startsWith(`..${sep}`))
    throw new UsageError(`${document} is not inside of ${inputDirectory}.`);
  return { inputDirectory: directory, name: way };
}

/** What to do about a document that was refused because it links a file outside of what may be read, if anything. */
export function inputDirectoryHint(document: DocumentPlace, { details }: PubpipeError): string | undefined {
  const { reason, value } = details;
  if ((reason !== 'path-outside' && reason !== 'symlink') || isCollectedName(document.name)) return undefined;
  // Where a symbolic link leads is not told, and a long path is cut.
  if (reason === 'symlink' || typeof value !== 'string' || value.length >= 200)
    return 'To allow it: --input-directory DIR, a directory that holds both.';
  const folder = dirname(join(document.inputDirectory, document.name));
  const directory = commonDirectory(folder, dirname(resolve(folder, value)));
  return directory === '/' ? undefined : `To allow it: --input-directory ${directory}`;
}

function commonDirectory(directory: string, other: string): string {
  return isInside(other, [directory]) ? directory : commonDirectory(dirname(directory), other);
}

function realOr(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    // A document that is not there is a failure of its own, later.
    return directory;
  }
}
