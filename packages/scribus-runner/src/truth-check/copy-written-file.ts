import { type FileHandle, open } from 'node:fs/promises';
import { throwIfCancelled } from '@pubpipe/core/driver';
import { openWrittenFile } from './open-written-file.ts';

const pieceBytes = 1024 * 1024;

/**
 * Copies a file that Scribus has written, in the length that it has now, in bounded memory. A file of that process
 * could change after it was checked, by its path, by a descriptor or by memory that shows it; a copy can't.
 *
 * @param target Absolute path, where nothing is yet.
 * @throws PubpipeError `OUTPUT_MISMATCH` when it is no plain file, or not there.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function copyWrittenFile(path: string, target: string, signal: AbortSignal): Promise<void> {
  const source = await openWrittenFile(path);
  try {
    const { size } = await source.stat();
    const copy = await open(target, 'wx');
    try {
      await copyBytes({ source, copy, size, signal });
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
}

async function copyBytes(files: {
  readonly source: FileHandle;
  readonly copy: FileHandle;
  readonly size: number;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { source, copy, size, signal } = files;
  const piece = Buffer.allocUnsafe(Math.min(size, pieceBytes));
  for (let position = 0; position < size; ) {
    throwIfCancelled(signal);
    const { bytesRead } = await source.read(piece, 0, Math.min(piece.length, size - position), position);
    // It has become shorter: what is missing is for the check to find.
    if (bytesRead === 0) return;
    // A disk that is full takes a part, and says so only when it is given the rest.
    for (let written = 0; written < bytesRead; ) {
      written += (await copy.write(piece, written, bytesRead - written, position + written)).bytesWritten;
    }
    position += bytesRead;
  }
}
