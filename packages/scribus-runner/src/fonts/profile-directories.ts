import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes the ICC profiles of more directories known to a Scribus that is about to start with this HOME:
 * it looks there once, when it starts, and follows links. Each process that inherits what it has found
 * needs the HOME to stay.
 */
export async function linkProfileDirectories(home: string, profileDirectories: readonly string[]): Promise<void> {
  if (profileDirectories.length === 0) return;
  const place = join(home, '.local', 'share', 'color', 'icc');
  await mkdir(place, { recursive: true });
  await Promise.all(profileDirectories.map((path, index) => symlink(path, join(place, `library-${index + 1}`))));
}
