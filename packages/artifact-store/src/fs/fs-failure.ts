import { type ErrorCode, isPubpipeError, PubpipeError } from '@pubpipe/core';

/** What a call on the file system failed with, such as `ENOENT`; undefined for anything else that was thrown. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** For `catch`: lets the failures named pass, because what was wanted is so already, and throws the others again. */
export function ignoring(...errnos: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    const errno = errnoOf(error);
    if (errno === undefined || !errnos.includes(errno)) throw error;
  };
}

const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const impossibleName = new Set(['ENAMETOOLONG', 'EILSEQ']);

/** A failure of the store's disk as one of the store's codes. */
export function toStoreError(error: unknown): PubpipeError {
  return fromErrno(error, (errno) => (noRoom.has(errno) ? 'STORE_FULL' : 'STORE_UNAVAILABLE'));
}

/** A failure of the scratch disk as one of the scratch space's codes. */
export function toScratchError(error: unknown): PubpipeError {
  return fromErrno(error, () => 'OUTPUT_UNWRITABLE');
}

function fromErrno(error: unknown, codeOf: (errno: string) => ErrorCode): PubpipeError {
  if (isPubpipeError(error)) return error;
  const errno = errnoOf(error);
  // A bug of ours or of the caller's, not of the disk.
  if (errno === undefined) return new PubpipeError('INTERNAL', 'An unforeseen error.', { cause: error });
  const code = impossibleName.has(errno) ? 'INVALID_INPUT' : codeOf(errno);
  return new PubpipeError(code, sentences[code] ?? `The disk failed with ${errno}.`, {
    details: { errno },
    cause: error,
  });
}

const sentences: Readonly<Partial<Record<ErrorCode, string>>> = {
  INVALID_INPUT: 'The file system can’t hold a file of this name.',
  STORE_FULL: 'The disk of the artifact store is full.',
};
