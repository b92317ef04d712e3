import type { Pipeline } from '@pubpipe/core';
import { patiently } from '../parts/patiently.ts';
import type { ActorProgram } from '../parts/process-setup.ts';

/** Does what an actor is told. It may be done again. */
export async function act(
  pipeline: Pick<Pipeline, 'cancel' | 'retry' | 'erase' | 'parts'>,
  { action, tenant, jobId: id = '' }: Pick<ActorProgram, 'action' | 'tenant' | 'jobId'>,
): Promise<void> {
  const deeds = {
    cancel: () => pipeline.cancel({ tenant, id }),
    retry: () => pipeline.retry({ tenant, id }),
    erase: () => pipeline.erase({ tenant, dryRun: false }),
    purge: () => pipeline.parts.jobStore.purge({ tenant, olderThanMs: 0, limit: 10_000 }),
  };
  await patiently<unknown>(deeds[action]);
}
