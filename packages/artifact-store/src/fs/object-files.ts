import type { Stats } from 'node:fs';
import { lstat, opendir, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ArtifactHead, type ArtifactKey, PubpipeError, parseArtifactKey } from '@pubpipe/core';
import { errnoOf, ignoring } from './fs-failure.ts';
import type { IncomingFile } from './incoming-file.ts';
import { type FolderObstacle, hasRealFolders, makeRealFolders, removeEmptyFolders } from './real-folders.ts';

// Each try is lost only to a concurrent delete that removes the folder between two of our calls.
const maxTries = 100;

/** Where the object of `key` lies below `top`. */
export function objectPath(top: string, key: ArtifactKey): string {
  return join(top, key);
}

/**
 * Moves a finished upload to the place of `key`, in one step, and makes the folders that it needs.
 * A concurrent delete may remove these folders while they are empty: then they are made again.
 * `check` is called before each try; what it throws ends it.
 */
export async function placeObject(
  top: string,
  key: ArtifactKey,
  upload: IncomingFile,
  check: () => void,
): Promise<void> {
  const target = objectPath(top, key);
  for (let tries = 1; ; tries++) {
    check();
    try {
      const obstacle = await makeRealFolders(top, key);
      if (obstacle !== undefined) throw obstructed(key, obstacle);
      check();
      await upload.moveTo(target);
      return;
    } catch (error) {
      const errno = errnoOf(error);
      if (tries === maxTries || (errno !== 'ENOENT' && errno !== 'EISDIR')) throw error;
      if (errno === 'EISDIR') await clearFolder(target, key);
    }
  }
}

/** What is known of the object of `key`; undefined when there is none. */
export async function headObject(top: string, key: ArtifactKey): Promise<ArtifactHead | undefined> {
  if (!(await hasRealFolders(top, key))) return undefined;
  const stats = await lstat(objectPath(top, key)).catch(ignoring('ENOENT', 'ENOTDIR'));
  return stats?.isFile() === true ? toHead(key, stats) : undefined;
}

/** Removes the object of `key`, then the folders that have become empty; returns the folder that changed last. */
export async function removeObject(top: string, key: ArtifactKey): Promise<string> {
  if (!(await hasRealFolders(top, key))) return top;
  const path = objectPath(top, key);
  const stats = await lstat(path).catch(ignoring('ENOENT'));
  // A folder has other artifacts in it and is none itself.
  if (stats?.isDirectory() === false) await unlink(path).catch(ignoring('ENOENT'));
  return await removeEmptyFolders(top, dirname(path));
}

/** The objects whose key begins with `prefix`, folder by folder. `check` is called before each; what it throws ends it. */
export async function* listObjects(top: string, prefix: string, check: () => void): AsyncGenerator<ArtifactHead> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  // No key has a folder of such a name, so none begins with it.
  if (!isKey(`${folder}x`) || !(await hasRealFolders(top, `${folder}x`))) return;
  yield* walk(folder, prefix.slice(folder.length));

  async function* walk(parent: string, nameStart: string): AsyncGenerator<ArtifactHead> {
    const entries = await opendir(join(top, parent)).catch(ignoring('ENOENT', 'ENOTDIR'));
    for await (const entry of entries ?? []) {
      check();
      const path = `${parent}${entry.name}`;
      if (!entry.name.startsWith(nameStart) || !isKey(path)) continue;
      if (entry.isDirectory()) yield* walk(`${path}/`, '');
      if (!entry.isFile()) continue;
      const stats = await lstat(join(top, path)).catch(ignoring('ENOENT', 'ENOTDIR'));
      if (stats?.isFile() === true) yield toHead(path, stats);
    }
  }
}

function toHead(key: ArtifactKey, stats: Stats): ArtifactHead {
  const { ino, size: byteSize, mtimeMs } = stats;
  // Each upload is a file of its own. Its number may come again, but not with the same time.
  const etag = [ino, Math.round(mtimeMs * 1_000), byteSize].map((part) => part.toString(36)).join('-');
  return { key, byteSize, modifiedAt: Math.trunc(mtimeMs), etag };
}

function isKey(text: string): text is ArtifactKey {
  try {
    parseArtifactKey(text);
    return true;
  } catch {
    // Somebody else's file: the store has never made one of this name.
    return false;
  }
}

/** An empty folder, which a killed process may leave, is no artifact and gives way. */
async function clearFolder(path: string, key: ArtifactKey): Promise<void> {
  await rmdir(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOTEMPTY' || errnoOf(error) === 'EEXIST') throw obstructed(key, 'folder');
    ignoring('ENOENT', 'ENOTDIR')(error);
  });
}

function obstructed(key: ArtifactKey, obstacle: FolderObstacle | 'folder'): PubpipeError {
  const details = { key };
  if (obstacle === 'symbolic-link') {
    return new PubpipeError('STORE_UNAVAILABLE', 'A folder of the store has become a symbolic link.', { details });
  }
  const why = obstacle === 'file' ? 'lies below another artifact' : 'has other artifacts below it';
  return new PubpipeError('INVALID_INPUT', `The key ${why}, which a file system can’t hold.`, { details });
}
