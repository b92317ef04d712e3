import { lstat, mkdir, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, ignoring } from './fs-failure.ts';

/** What lies where a folder was wanted. */
export type FolderObstacle = 'file' | 'symbolic-link';

/** Whether every folder on the way from `top` to `top/name` is there and is none behind a symbolic link. */
export async function hasRealFolders(top: string, name: string): Promise<boolean> {
  // All at once, and then in their order: what lies behind a link says nothing.
  const looks = foldersOf(top, name).map((folder) => lstat(folder).catch(ignoring('ENOENT', 'ENOTDIR')));
  for (const look of await Promise.allSettled(looks)) {
    if (look.status === 'rejected') throw look.reason;
    if (look.value?.isDirectory() !== true) return false;
  }
  return true;
}

/** Makes the folders on the way from `top` to `top/name`, or says what is in the way of one. */
export async function makeRealFolders(top: string, name: string): Promise<FolderObstacle | undefined> {
  for (const folder of foldersOf(top, name)) {
    await mkdir(folder, { mode: 0o700 }).catch(ignoring('EEXIST'));
    const stats = await lstat(folder);
    if (!stats.isDirectory()) return stats.isSymbolicLink() ? 'symbolic-link' : 'file';
  }
  return undefined;
}

/** Removes `folder` and its parents below `top` as far as they are empty, and returns the first that stays. */
export async function removeEmptyFolders(top: string, folder: string): Promise<string> {
  let path = folder;
  while (path !== top) {
    try {
      await rmdir(path);
    } catch (error) {
      // Mostly it is not empty. Whatever else keeps it does no harm: an empty folder is only untidy.
      if (errnoOf(error) !== 'ENOENT') return path;
    }
    path = dirname(path);
  }
  return top;
}

function foldersOf(top: string, name: string): readonly string[] {
  const segments = name.split('/').slice(0, -1);
  return segments.map((_, index) => join(top, ...segments.slice(0, index + 1)));
}
