import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, ignoring } from './fs-failure.ts';

/**
 * Removes a directory and all it holds, also folders that have been made read-only, and also while
 * a dying process may still write into it. Links are removed, never followed.
 */
export async function removeTree(path: string): Promise<void> {
  const remove = async (): Promise<void> =>
    await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  try {
    await remove();
  } catch (error) {
    if (errnoOf(error) !== 'EACCES' && errnoOf(error) !== 'EPERM') throw error;
    await openFolders(path);
    await remove();
  }
}

async function openFolders(path: string): Promise<void> {
  const stats = await lstat(path).catch(ignoring('ENOENT'));
  if (stats?.isDirectory() !== true) return;
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(path, entry.name));
  }
}
