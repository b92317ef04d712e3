import { readdir } from 'node:fs/promises';

/** Paths of everything below `directory`, folders with a slash at their end, sorted; none if it is missing. */
export async function allFiles(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .map((entry) => `${entry.parentPath}/${entry.name}${entry.isDirectory() ? '/' : ''}`.slice(directory.length + 1))
    .toSorted();
}
