import { mkdir } from 'node:fs/promises';
import { createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import type { JoiningOptions } from '@pubpipe/core';
import { createPdfJoiner } from '@pubpipe/scribus-runner/join';
import type { ApiSettings } from '../settings/api-settings.ts';

const abandonedAfterMs = 86_400_000;

/** Joins the PDFs of a merge or a batch to one when somebody asks for it: in the process that answers. */
export async function openJoining(settings: ApiSettings): Promise<JoiningOptions> {
  const { SCRATCH_DIRECTORY: directory, MAX_JOINED_BYTES: maxBytes } = settings;
  await mkdir(directory, { recursive: true });
  const scratchSpace = createFsScratchSpace({ directory });
  // What a process that was killed has left. Where a worker has the same directory, its sweep does so too.
  await scratchSpace.discardAbandoned({ olderThanMs: abandonedAfterMs });
  return { joiner: createPdfJoiner(), scratchSpace, maxBytes };
}
