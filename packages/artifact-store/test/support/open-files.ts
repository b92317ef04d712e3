import { readdirSync, readlinkSync } from 'node:fs';

/**
 * Paths below `directory` of the files that this process holds open (from /proc, so on Linux alone).
 * Synchronous, so that what is about to be closed still shows.
 */
export function openFiles(directory: string): readonly string[] {
  return readdirSync('/proc/self/fd')
    .map(pathOf)
    .filter((path) => path.startsWith(`${directory}/`));
}

function pathOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // The descriptor with which the list itself was read is gone by now.
    return '';
  }
}
