import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openTestPipeline } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

test('the job of a worker that was killed is completed by another one, and nothing half-made is left', async () => {
  const renderer = createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole'));
  const { pipeline, directory, uploadText, startWorker, stopWorkers, scratchLeftovers } = await openTestPipeline({
    renderer,
    startWorker: false,
    worker: { sweep: { intervalMs: 20, keepDeletedMs: 0 } },
  });
  const document = await uploadText('card.sla', 'x');
  const { job } = await pipeline.submit({ document: document.id, renditions: [{ kind: 'pdf' }] });

  await killWhenPageIsVisible(directory);
  const [orphan] = (await pipeline.get(job)).previews;
  expect(orphan?.artifact.state).toBe('ready');
  startWorker();
  for await (const _ of pipeline.follow(job));

  const view = await pipeline.get(job);
  expect(view).toMatchObject({ status: 'completed', attempt: 2, failures: 0, previews: [] });
  expect(view.outputs.map(({ name, attempt }) => [name, attempt])).toEqual([['document.pdf', 2]]);
  await expect.poll(() => storedKeys(pipeline), { interval: 10 }).not.toContain(orphan?.artifact.storageKey);
  expect(await storedKeys(pipeline)).toHaveLength(2);
  await stopWorkers();
  // The killed worker's directory is young: it goes when it is old enough to be nobody's.
  expect(await scratchLeftovers()).toHaveLength(1);
});

async function storedKeys({ parts }: Awaited<ReturnType<typeof openTestPipeline>>['pipeline']) {
  const heads = await Array.fromAsync(parts.artifactStore.list());
  return heads.map(({ key }) => key);
}

async function killWhenPageIsVisible(directory: string): Promise<void> {
  const program = join(import.meta.dirname, '../fixtures/hanging-worker.ts');
  const child = spawn(process.execPath, ['--conditions=@pubpipe/source', program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = await Promise.race([once(child.stdout, 'data'), ended]);
  child.kill('SIGKILL');
  await ended;
  expect(String(said)).toContain('a page is visible');
}
