import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import { createScribusMerger } from '@pubpipe/scribus-runner/merge';
import { expect, onTestFinished, test } from 'vitest';
import { fixtures } from '../../../packages/scribus-runner/test/merge/open-merge.ts';
import { endOf, readReport, recordsOf } from '../support/merge-scene.ts';
import { openTestPipeline } from '../support/open-test-pipeline.ts';

const count = 2_000;

test('a merge of 2,000 records whose worker is killed is finished by another, each record once', {
  timeout: 600_000,
}, async () => {
  const renderer = createScribusRenderer();
  onTestFinished(() => renderer.close());
  const opened = await openTestPipeline({
    renderer,
    startWorker: false,
    worker: { merger: createScribusMerger(renderer), sweep: { intervalMs: 50 } },
  });
  const { pipeline, directory, uploadText, startWorker, stopWorkers } = opened;
  const template = await uploadText('card.sla', await readFile(join(fixtures, 'merge', 'card.sla'), 'utf8'));
  const rows = Array.from({ length: count }, (_, index) => `person ${index + 1},Black`);
  const data = await uploadText('people.csv', ['name,colour', ...rows].join('\n'));
  const { job } = await pipeline.submit({
    type: 'merge',
    template: template.id,
    data: { artifact: data.id },
    name: '%VAR_name%',
  });

  const program = join(import.meta.dirname, '../fixtures/merging-worker.ts');
  const child = spawn(process.execPath, ['--conditions=@pubpipe/source', program, directory], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  await expect
    .poll(async () => (await pipeline.records(job, { limit: 1_000 })).records.length, {
      interval: 100,
      timeout: 300_000,
    })
    .toBeGreaterThan(count / 4);
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  const before = await recordsOf(pipeline, job);
  expect(before.length).toBeLessThan(count);

  startWorker();
  const done = await endOf(pipeline, job);
  expect(done).toMatchObject({ status: 'completed', attempt: 2, failures: 0 });
  const records = await recordsOf(pipeline, job);
  expect(records.map(({ first, name, status }) => [first, name, status])).toEqual(
    rows.map((_, index) => [index + 1, `person ${index + 1}`, 'rendered']),
  );
  // What the killed worker had published was not made again.
  const byFirst = new Map(records.map((record) => [record.first, record]));
  expect(before.map(({ first }) => byFirst.get(first))).toEqual(before);
  expect(records.filter(({ attempt }) => attempt === 1)).toHaveLength(before.length);
  expect(new Set(records.flatMap(({ files }) => files.map(({ artifact }) => artifact.sha256))).size).toBe(count);
  expect(await readReport(pipeline, done)).toMatchObject({ rendered: count, failed: 0, records: count });
  await stopWorkers();
});
