import type { Stats } from 'node:fs';
import { constants, type FileHandle, open } from 'node:fs/promises';
import { errnoOf } from './fs-failure.ts';
import { hasRealFolders } from './real-folders.ts';

/** A file open for reading. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly stats: Stats;
}

// Without O_NONBLOCK, opening a named pipe would wait for a writer, and hold a thread, for ever.
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const noSuchFile = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EMLINK', 'ENXIO']);

/**
 * Opens `top/name`, or answers undefined when there is no regular file: nothing at all, a folder, a
 * device, a symbolic link, or something behind a symbolic link.
 */
export async function openRegularFile(top: string, name: string): Promise<OpenFile | undefined> {
  if (!(await hasRealFolders(top, name))) return undefined;
  let handle: FileHandle;
  try {
    handle = await open(`${top}/${name}`, flags);
  } catch (error) {
    if (noSuchFile.has(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
  try {
    const stats = await handle.stat();
    if (stats.isFile()) return { handle, stats };
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}
