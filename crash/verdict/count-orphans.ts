import { readdir } from 'node:fs/promises';
import type { ArtifactRow } from './read-rows.ts';
import type { StoredThings } from './stored-things.ts';

/** What nobody needs any more. */
export interface Orphans {
  /** Objects without a ready row that a job uses. */
  readonly objects: number;
  /** Rows that no job uses, or whose content is to be deleted. */
  readonly rows: number;
  /** Open multipart uploads, or temporary files of the store. */
  readonly unfinished: number;
  /** Folders of attempts and of the renderer. */
  readonly folders: number;
}

/** How many there are in all. */
export const sumOf = ({ objects, rows, unfinished, folders }: Orphans): number => objects + rows + unfinished + folders;

/** Compares what is stored with the rows. */
export function findOrphans(
  { keys, unfinished }: StoredThings,
  artifacts: readonly ArtifactRow[],
  folders: readonly string[],
): Orphans {
  const needed = new Set(artifacts.flatMap((row) => (row.state === 'ready' && row.is_used ? [row.storage_key] : [])));
  return {
    objects: keys.filter((key) => !needed.has(key)).length,
    rows: artifacts.length - needed.size,
    unfinished: unfinished.length,
    folders: folders.length,
  };
}

/** Names of what lies in folders that should be empty. */
export async function listFolders(folders: readonly string[]): Promise<readonly string[]> {
  const names = await Promise.all(folders.map((folder) => readdir(folder)));
  return names.flat();
}
