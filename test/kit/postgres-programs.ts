import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { requirePrograms } from './require-programs.ts';

const versionsFolder = '/usr/lib/postgresql';

/** Finds PostgreSQL's programs: Debian has a folder for each version; elsewhere they are on the PATH. */
export async function findPostgresPrograms(): Promise<(name: string) => string> {
  await requirePrograms('postgres');
  const versions = await readdir(versionsFolder).catch(() => []);
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  return (name) => (newest === undefined ? name : join(versionsFolder, newest, 'bin', name));
}
