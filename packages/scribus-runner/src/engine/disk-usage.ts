import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Up to where usage is counted. */
export interface DiskBounds {
  /** As the disk has them: a file with holes has fewer than its length. */
  readonly bytes: number;
  /** Folders and whatever else has a name count too. */
  readonly files: number;
}

/** Which of the bounds is passed by all that lies in directories together; undefined while none is. */
export async function passedOnDisk(
  directories: readonly string[],
  bounds: DiskBounds,
): Promise<keyof DiskBounds | undefined> {
  let bytes = 0;
  let files = 0;
  const left = [...directories];
  for (let directory = left.pop(); directory !== undefined; directory = left.pop()) {
    const names = await readdir(directory).catch(unlessClosed);
    if (names === 'closed') return 'files';
    files += names.length;
    if (files > bounds.files) return 'files';
    for (const name of names) {
      const path = join(directory, name);
      const found = await lstat(path).catch(() => undefined);
      if (found?.isDirectory() === true) left.push(path);
      bytes += (found?.blocks ?? 0) * 512;
    }
    if (bytes > bounds.bytes) return 'bytes';
  }
  return undefined;
}

/** A directory may be gone meanwhile. One that can't be counted, nobody makes who means well. */
function unlessClosed(error: NodeJS.ErrnoException): readonly string[] | 'closed' {
  return error.code === 'EACCES' || error.code === 'ENAMETOOLONG' ? 'closed' : [];
}
