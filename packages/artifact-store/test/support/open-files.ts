import { readdir, readlink } from 'node:fs/promises';

/** Paths below `directory` of the files that this process holds open (from /proc, so on Linux alone). */
export async function openFiles(directory: string): Promise<readonly string[]> {
  const descriptors = await readdir('/proc/self/fd');
  // The descriptor with which the folder itself was read is gone by now.
  const paths = await Promise.all(descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(`${directory}/`));
}
