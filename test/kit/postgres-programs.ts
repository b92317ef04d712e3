import { join } from 'node:path';
import { postgresFolders } from '../../tools/postgres-programs.mjs';
import { requirePrograms } from './require-programs.ts';

/** Finds PostgreSQL's programs, of the newest version where there are several; elsewhere they are on the PATH. */
export async function findPostgresPrograms(): Promise<(name: string) => string> {
  await requirePrograms('postgres');
  const [newest] = postgresFolders();
  return (name) => (newest === undefined ? name : join(newest, name));
}
