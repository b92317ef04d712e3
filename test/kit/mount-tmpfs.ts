import { execFile } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A small file system of its own. */
export interface MountedTmpfs {
  readonly directory: string;
  /** From now on every write fails with `EROFS`. */
  makeReadOnly(): Promise<void>;
  unmount(): Promise<void>;
}

/** Mounts an empty file system of `size` bytes with an own directory; rejects where the run may not. */
export async function mountTmpfs(size: number): Promise<MountedTmpfs> {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-tmpfs-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory]);
  } catch (error) {
    await rmdir(directory);
    throw error;
  }
  return {
    directory,
    makeReadOnly: async () => {
      await run('mount', ['-o', 'remount,ro', directory]);
    },
    unmount: async () => {
      // Lazily, so that a file which a failing test left open does not leave the mount behind.
      await run('umount', ['-l', directory]);
      await rmdir(directory);
    },
  };
}

/**
 * Whether this run may mount. In CI it always has to, so a missing right shows as failing tests
 * there; elsewhere the tests that need it are skipped by name.
 */
export async function mayMount(): Promise<boolean> {
  if (process.env['CI'] === 'true') return true;
  try {
    await (await mountTmpfs(65_536)).unmount();
    return true;
  } catch {
    return false;
  }
}
