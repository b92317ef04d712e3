import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { PubpipeError } from '@pubpipe/core';

/** Options of {@link createFsScratchSpace}. */
export interface FsScratchSpaceOptions {
  /**
   * Where the directories of the attempts are made; it is made when it is missing. It may be shared
   * with others, as a system's directory for temporary files is. @defaultValue `os.tmpdir()`
   */
  readonly directory?: string | undefined;
}

/** Checked and complete {@link FsScratchSpaceOptions}. */
export interface ResolvedFsScratchSpaceOptions {
  /** Absolute path. */
  readonly directory: string;
}

/** Fills in and checks the options. @throws PubpipeError `INVALID_INPUT` when `directory` is not a path. */
export function resolveFsScratchSpaceOptions(options: FsScratchSpaceOptions): ResolvedFsScratchSpaceOptions {
  const { directory = tmpdir() } = options;
  if (typeof directory !== 'string' || directory === '' || directory.includes('\0')) {
    throw new PubpipeError('INVALID_INPUT', 'directory must be the path of a directory.');
  }
  return Object.freeze({ directory: resolve(directory) });
}
