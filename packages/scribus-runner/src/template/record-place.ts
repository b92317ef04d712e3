import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PubpipeError } from '@pubpipe/core';
import { JobLog } from '../engine/job-log.ts';
import type { JobWorkspace } from '../engine/job-workspace.ts';
import { removeTree } from '../remove-tree.ts';
import type { RenderPlaces } from '../render-context.ts';
import { openStagingDirectory } from '../staging-directory.ts';

/** The directories of one record, inside those that its template's process may write into. */
export interface RecordPlace {
  readonly places: RenderPlaces;
  /** Removes them. Idempotent. */
  close(): Promise<void>;
}

/** Names the directories of a record, of which nothing is made before it is asked for. */
export function openRecordPlace(root: string): RecordPlace {
  const written = join(root, 'written');
  return {
    places: {
      openWorkspace: () => Promise.resolve(makeWorkspace(root, written)),
      openStaging: (outputDirectory) => openStagingDirectory(outputDirectory, written),
    },
    close: () => removeTree(root),
  };
}

function makeWorkspace(root: string, written: string): JobWorkspace {
  const directory = join(root, 'own');
  const home = join(directory, 'home');
  const temporary = join(directory, 'tmp');
  try {
    // Scribus writes there without creating it.
    for (const path of [join(home, '.local', 'share', 'scribus', 'temp'), temporary, written])
      mkdirSync(path, { recursive: true });
    const log = new JobLog(join(directory, 'log'));
    return { directory, home, temporary, log, environment: {}, close: () => Promise.resolve(log.close()) };
  } catch (error) {
    throw new PubpipeError(
      'OUTPUT_UNWRITABLE',
      `The directory for temporary files can't be written: ${(error as NodeJS.ErrnoException).code}.`,
      { cause: error },
    );
  }
}
