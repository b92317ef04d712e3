import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where Linux systems keep fonts and ICC profiles. */
export const systemLibraryDirectories: readonly string[] = [
  '/usr/share/fonts',
  '/usr/local/share/fonts',
  '/usr/share/color/icc',
  '/usr/local/share/color/icc',
  '/var/lib/color/icc',
];

const maxAgeMs = 1000;
const maxDirectories = 2000;
const maxDepth = 8;

/**
 * Tells when fonts or ICC profiles were added or removed: the stamp is then another one. It looks at
 * directories only, not at files, so a file that is written over in place goes unnoticed; one that is
 * replaced by renaming doesn't.
 */
export class LibraryStamp {
  readonly #directories: readonly string[];
  #asked: { readonly at: number; readonly stamp: Promise<string> } | undefined;

  constructor(directories: readonly string[]) {
    this.#directories = directories;
  }

  /** The stamp, at most a second old. Directories that can't be read count as empty. */
  current(): Promise<string> {
    const now = performance.now();
    if (this.#asked === undefined || now - this.#asked.at > maxAgeMs) {
      this.#asked = { at: now, stamp: libraryStamp(this.#directories) };
    }
    return this.#asked.stamp;
  }
}

/** The stamp of these directories and the first 2,000 below them, 8 levels deep. */
export async function libraryStamp(directories: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  let level = directories;
  let count = 0;
  for (let depth = 0; depth <= maxDepth && level.length > 0; depth += 1) {
    const looked = level.slice(0, maxDirectories - count);
    const seen = await Promise.all(looked.map(lookAt));
    for (const [index, { facts }] of seen.entries()) hash.update(`${looked[index]}\0${facts}\0`);
    count += looked.length;
    level = seen.flatMap(({ below }) => below).toSorted();
  }
  return hash.digest('hex');
}

/** What changes with the names in a directory, and the directories in it. */
async function lookAt(directory: string): Promise<{ readonly facts: string; readonly below: readonly string[] }> {
  try {
    const { ino, mtimeNs, size } = await stat(directory, { bigint: true });
    const entries = await readdir(directory, { withFileTypes: true });
    const below = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    return { facts: `${ino} ${mtimeNs} ${size}`, below: below.map(({ name }) => join(directory, name)) };
  } catch {
    // It is not there, or is no directory: it may come.
    return { facts: '', below: [] };
  }
}
