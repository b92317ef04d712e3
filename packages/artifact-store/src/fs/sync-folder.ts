import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ignoring } from './fs-failure.ts';

/**
 * Syncs `folder` and its parents up to `top`. All of them, as a parent may have been made a moment
 * ago by a concurrent call that has not synced it yet. One that is gone needs no sync.
 */
export async function syncFoldersUpTo(top: string, folder: string): Promise<void> {
  for (let path = folder; ; path = dirname(path)) {
    await syncFolder(path).catch(ignoring('ENOENT'));
    if (path === top || path === dirname(path)) return;
  }
}

/** Makes the entries of a folder survive a power cut: names are durable only once their folder is synced. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path);
  try {
    // Some network file systems sync names by themselves and refuse to be asked.
    await handle.sync().catch(ignoring('EINVAL', 'ENOTSUP'));
  } finally {
    await handle.close();
  }
}
