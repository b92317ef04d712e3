import { join, resolve } from 'node:path';
import { PubpipeError } from '@pubpipe/core';

/** Options of {@link createFsArtifactStore}. */
export interface FsArtifactStoreOptions {
  /**
   * Where the store keeps its files; it is made when it is missing. It belongs to the store alone,
   * and lies whole on one local file system that tells upper from lower case.
   */
  readonly directory: string;
  /**
   * Whether `put` and `delete` wait until their result survives a power cut. Without it they are
   * faster, and a power cut may undo or damage what was stored last: for tests and caches.
   * @defaultValue true
   */
  readonly durable?: boolean | undefined;
}

/** Checked and complete {@link FsArtifactStoreOptions}. */
export interface ResolvedFsArtifactStoreOptions {
  /** Absolute path. */
  readonly directory: string;
  /** Absolute path of the uploads under way. */
  readonly incoming: string;
  /** Absolute path of the artifacts. */
  readonly objects: string;
  readonly durable: boolean;
}

/** Fills in and checks the options. @throws PubpipeError `INVALID_INPUT` when `directory` is not a path. */
export function resolveFsArtifactStoreOptions(options: FsArtifactStoreOptions): ResolvedFsArtifactStoreOptions {
  const { directory, durable = true } = options;
  if (typeof directory !== 'string' || directory === '' || directory.includes('\0')) {
    throw new PubpipeError('INVALID_INPUT', 'directory must be the path of a directory.');
  }
  const path = resolve(directory);
  return Object.freeze({
    directory: path,
    incoming: join(path, 'incoming'),
    objects: join(path, 'objects'),
    durable,
  });
}
