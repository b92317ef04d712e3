import type { JobStore } from '@pubpipe/core';
import pLimit from 'p-limit';
import type { PgBoss } from 'pg-boss';
import { poolSize } from './bench-database.ts';

/** Does something to one job after the other, some at once, and answers how many in a second. */
export async function livesPerSecond(count: number, live: (index: number) => Promise<void>): Promise<number> {
  const limit = pLimit(poolSize);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: count }, (_, index) => limit(live, index)));
  return (1_000 * count) / (performance.now() - startedAt);
}

const tenant = 'print-shop';

/**
 * The whole life of a job: submitted, claimed, its two outputs begun, progress told, completed. It leaves a
 * job with a document, two outputs and four events.
 */
export async function liveInOurs(store: JobStore, document: string): Promise<void> {
  const { job } = await store.submit({
    tenant,
    type: 'render',
    payload: { renditions: [{ kind: 'pdf' }] },
    payloadVersion: 1,
    inputArtifactId: document,
    assets: [],
    priority: 0,
    delayMs: 0,
    maxAttempts: 3,
    labels: {},
    requestHash: 'ab'.repeat(32),
  });
  const claimed = await store.claim({ jobId: job.id, owner: 'worker', leaseMs: 60_000 });
  if (claimed === undefined) throw new Error(`Job ${job.id} could not be claimed.`);
  const { claim } = claimed;
  const outputs = await Promise.all(
    ['menu.pdf', 'page.png'].map(async (name) => {
      const artifact = await store.beginArtifact({ tenant, kind: 'rendition', fileName: name, mediaType: 'image/png' });
      return { artifactId: artifact.id, byteSize: 1_000, sha256: 'ab'.repeat(32), name };
    }),
  );
  await store.heartbeat(claim, { leaseMs: 60_000, progress: { stage: 'export' } as never });
  await store.complete(claim, { outputs, summary: { pageCount: 1 } });
}

/** What pg-boss does for a job: send, fetch, complete. */
export async function liveInPgBoss(boss: PgBoss, queue: string): Promise<void> {
  await boss.send(queue, { renditions: [{ kind: 'pdf' }] });
  // Others may have taken or locked all that could be seen: then it is asked again, as its workers do.
  for (;;) {
    const [job] = await boss.fetch(queue);
    if (job === undefined) continue;
    await boss.complete(queue, job.id);
    return;
  }
}
