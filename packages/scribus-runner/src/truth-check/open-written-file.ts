import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { mismatch } from './mismatch.ts';

/**
 * Opens a file that Scribus has written. Scribus may have been taken over by a document: what is no plain
 * file, or is known by a second name too, is refused, and never waited for.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when it is something else, or not there.
 */
export async function openWrittenFile(path: string, access: 'read' | 'update' = 'read'): Promise<FileHandle> {
  const mode = access === 'read' ? constants.O_RDONLY : constants.O_RDWR;
  let file: FileHandle;
  try {
    file = await open(path, mode | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw mismatch('Scribus has not written a file that it says it has.', 'a file', null, error);
    if (!['ELOOP', 'EACCES', 'ENXIO', 'EISDIR', 'ENOTDIR'].includes(code ?? '')) throw error;
    throw mismatch('Scribus has written something else than a file.', 'a file', code, error);
  }
  const facts = await file.stat();
  if (facts.isFile() && facts.nlink === 1) return file;
  await file.close();
  throw mismatch('Scribus has written something else than a file.', 'a file', {
    file: facts.isFile(),
    links: facts.nlink,
  });
}
