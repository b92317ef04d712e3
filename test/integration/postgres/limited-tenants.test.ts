import { createInProcessEventBus, createInProcessQueue } from '@pubpipe/core/memory';
import { expect, test } from 'vitest';
import { openOnPostgres } from '../support/open-on-postgres.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

test('no tenant has more jobs running than its places, however many processes dispatch and work', async () => {
  const scene = await openOnPostgres();
  // Each process tells the queue of what it thinks there are places for, and all hear of freed ones.
  const [queue, bus] = [createInProcessQueue(), createInProcessEventBus()];
  const open = () =>
    scene.openPipeline(() => ({ queue, bus, ready: async () => undefined }), { maxRunningPerTenant: 2 });
  const processes = [await open(), await open(), await open()];
  const [first] = processes;
  if (first === undefined) throw new Error('There is no process.');
  const running = new Map<string, number>();
  let most = 0;
  const jobs: { readonly id: string; readonly tenant: string }[] = [];
  for (const tenant of ['a', 'b']) {
    const content = (async function* () {
      yield Buffer.from('a document');
    })();
    const document = await first.pipeline.upload({ tenant, fileName: `${tenant}.sla`, content });
    const submitted = Array.from({ length: 12 }, async (_, index) => {
      const process = processes[index % 3] ?? first;
      const lane = index % 2 === 0 ? 'standard' : 'interactive';
      const request = { tenant, document: document.id, renditions: [{ kind: 'pdf' as const }], lane } as const;
      return (await process.pipeline.submit(request)).job;
    });
    jobs.push(...(await Promise.all(submitted)));
  }
  for (const { startWorker, pipeline } of processes) {
    const renderer = createScriptedRenderer(
      async ({ request, deliver }) => {
        const tenant = String(request.document);
        running.set(tenant, (running.get(tenant) ?? 0) + 1);
        most = Math.max(most, ...running.values());
        const counts = await pipeline.parts.jobStore.countByStatus();
        expect(counts.running).toBeLessThanOrEqual(4);
        await deliver('document.pdf', 'the whole');
        running.set(tenant, (running.get(tenant) ?? 0) - 1);
      },
      { slots: 4 },
    );
    startWorker({ renderer, sweep: { intervalMs: 50 } });
  }
  for (const job of jobs) for await (const _ of first.pipeline.follow(job));
  const ended = await Promise.all(jobs.map((job) => first.pipeline.get(job)));
  expect(ended.map(({ status, attempt, failures }) => [status, attempt, failures])).toEqual(
    jobs.map(() => ['completed', 1, 0]),
  );
  expect(most).toBeLessThanOrEqual(2);
});
