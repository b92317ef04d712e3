import { readdir, realpath } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { isInside } from '../document/screening/linked-path.ts';
import type { NamedFile } from './render-provenance.ts';

// What Scribus loads by itself, from beside the document and from folders there.
const scannedFolders = /^(?:(?:document )?fonts|profiles)$/i;
const loadedNames = /\.(?:otf|ttf|ttc|dfont|pfa|pfb|afm|pfm|icc|icm)$/i;
const maxLoaded = 2000;

/** Where a job's files are looked for. */
export interface JobFilesOptions {
  readonly inputDirectory: string;
  readonly documentPath: string;
  /** Absolute paths of what the document links. */
  readonly linkedFiles: readonly string[];
}

/**
 * Lists the files besides the document that may have gone into its render: what it links, and the fonts and
 * profiles beside it. What lies outside of the input directory, also by a symbolic link, is left out.
 */
export async function listJobFiles(options: JobFilesOptions): Promise<readonly NamedFile[]> {
  const { inputDirectory, documentPath, linkedFiles } = options;
  const realRoot = await realpath(inputDirectory);
  const paths = new Set([...linkedFiles, ...(await loadedBeside(dirname(documentPath)))]);
  paths.delete(documentPath);
  const files: NamedFile[] = [];
  for (const path of paths) {
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || !isInside(real, [realRoot])) continue;
    const root = isInside(path, [inputDirectory]) ? inputDirectory : realRoot;
    files.push({ name: relative(root, path), path: real });
  }
  return files;
}

async function loadedBeside(directory: string): Promise<readonly string[]> {
  const names = await namesIn(directory);
  const folders = names.filter((name) => scannedFolders.test(name));
  const inFolders = await Promise.all(
    folders.map(async (folder) => (await namesIn(join(directory, folder))).map((name) => join(folder, name))),
  );
  return [...names, ...inFolders.flat()]
    .filter((name) => loadedNames.test(name))
    .slice(0, maxLoaded)
    .map((name) => join(directory, name));
}

/** What is no folder, or can't be read, has no names in it. */
const namesIn = (directory: string): Promise<readonly string[]> => readdir(directory).catch(() => []);
