import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the programs of PostgreSQL's server lie that are not on the PATH: Debian has a folder for each version. The newest first. */
export function postgresFolders() {
  const versions = '/usr/lib/postgresql';
  if (!existsSync(versions)) return [];
  const newestFirst = readdirSync(versions).toSorted((a, b) => Number(b) - Number(a));
  return newestFirst.map((version) => join(versions, version, 'bin'));
}
