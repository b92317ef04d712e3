import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isInside } from './linked-path.ts';
import { unsafeDocument } from './unsafe-document.ts';

// Where Scribus looks for fonts and colour profiles by itself, besides the document's own folder; none of them deeper.
const scannedNames = /^(?:(?:document )?fonts|profiles)$/i;
const maxEntries = 100_000;

/**
 * Refuses symbolic links that lead out of the input directory, and what is no file and no folder, in the folders
 * from which Scribus loads fonts and profiles that no document names.
 *
 * @throws PubpipeError `UNSAFE_DOCUMENT`.
 */
export async function refuseLinksInScannedFolders(directory: string, realRoot: string): Promise<void> {
  const entries = await refuseLinksIn(directory, '', realRoot);
  const scanned = entries.filter((name) => scannedNames.test(name));
  for (const name of scanned) await refuseLinksIn(join(directory, name), `${name}/`, realRoot);
}

async function refuseLinksIn(directory: string, prefix: string, realRoot: string): Promise<readonly string[]> {
  // A file that is named like such a folder, or one that nobody may read, is none.
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  if (entries.length > maxEntries) {
    throw unsafeDocument({ reason: 'limit', what: `lies among more than ${maxEntries} files`, value: prefix });
  }
  for (const entry of entries) {
    if (entry.isFile() || entry.isDirectory()) continue;
    const value = prefix + entry.name;
    const real = await realpath(join(directory, entry.name)).catch(() => undefined);
    if (real === undefined || !isInside(real, [realRoot])) {
      throw unsafeDocument({ reason: 'symlink', what: 'lies beside a symbolic link that leads outside', value });
    }
    const found = await stat(real);
    if (!found.isFile() && !found.isDirectory()) {
      throw unsafeDocument({ reason: 'special-file', what: 'lies beside something that is no plain file', value });
    }
  }
  return entries.map(({ name }) => name);
}
