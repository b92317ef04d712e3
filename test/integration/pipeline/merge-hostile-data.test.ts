import { expect, test } from 'vitest';
import { openMergeScene, readReport, recordsOf } from '../support/merge-scene.ts';
import type { RenderScene } from '../support/scripted-renderer.ts';

const whole = (name: string, { deliver }: RenderScene) => deliver('document.pdf', `the card of ${name}`);
const columns = Array.from({ length: 10_000 }, (_, index) => `c${index}`).join(',');

test.each([
  ['in another encoding than was said', { csv: 'name\n\u00fcber\n', data: { encoding: 'utf-16le' } }, 'encoding'],
  ['with 10,000 columns', { csv: `${columns}\n1` }, 'columns'],
  ['of zero bytes', { csv: 'name\n\0\0\0\0\n' }, 'binary'],
  ['of no format', { csv: 'name\nanna', dataName: 'people.pdf' }, 'format'],
  ['that ends within quotes', { csv: 'name\nanna\n"bert' }, 'syntax'],
  ['with a record of a million characters', { csv: `name\n"${'x\n'.repeat(600_000)}"` }, 'record-size'],
])('data %s fails its job with a code, before anything is rendered', async (_, wanted, reason) => {
  let begun = 0;
  const { pipeline, mergeToEnd, stopWorkers, scratchLeftovers } = await openMergeScene(async (name, scene) => {
    begun += 1;
    await whole(name, scene);
  });
  const job = await mergeToEnd(wanted);
  expect(job).toMatchObject({
    status: 'failed',
    attempt: 1,
    error: { code: 'DATA_UNREADABLE', details: { reason } },
    outputs: [],
    reports: [],
  });
  expect([begun, await recordsOf(pipeline, job)]).toEqual([0, []]);
  await stopWorkers();
  expect(await scratchLeftovers()).toEqual([]);
  // Template and data: nothing else was stored.
  expect(await Array.fromAsync(pipeline.parts.artifactStore.list())).toHaveLength(2);
});

test('values are data: names of files stay where they belong, and records that can not be used fail alone', async () => {
  const { pipeline, mergeToEnd } = await openMergeScene(whole);
  const values = [
    '../../etc/passwd',
    '/etc/passwd',
    'a\\b',
    'con',
    '=1+1',
    '%VAR_name%',
    '\u202egnp.exe',
    'anna',
    'Anna',
  ];
  const huge = 'x'.repeat(200_000);
  const csv = ['name', ...values.map((value) => `"${value}"`), `"${huge}"`, 'one,too many'].join('\n');
  const job = await mergeToEnd({ csv, name: 'cards/%VAR_name%' });
  expect(job).toMatchObject({
    status: 'failed',
    error: { code: 'RECORDS_FAILED', details: { rendered: 9, failed: 2 } },
  });
  const records = await recordsOf(pipeline, job);
  const failed = records.filter(({ status }) => status === 'failed');
  expect(failed.map(({ first, error }) => [first, error?.code, error?.details['reason']])).toEqual([
    [10, 'RECORD_INVALID', 'cell-size'],
    [11, 'RECORD_INVALID', 'columns'],
  ]);
  const names = records.flatMap(({ files }) => files.map(({ name }) => name));
  for (const name of names) expect(name).toMatch(/^cards\/(?!\.)[^\\:]+\.pdf$/u);
  expect(names.filter((name) => name.split('/').includes('..'))).toEqual([]);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(9);
  for (const { files } of records) {
    for (const { artifact } of files) expect(artifact.fileName).not.toMatch(/[/\\\u202e]/);
  }
  expect(await readReport(pipeline, job)).toMatchObject({ rendered: 9, failed: 2, records: 11 });
});

test('a range or a name that the data can not give is refused by the job', async () => {
  const { mergeToEnd } = await openMergeScene(whole);
  for (const wanted of [{ from: 3 }, { name: '%VAR_email%' }]) {
    const job = await mergeToEnd({ csv: 'name\nanna\nbert', ...wanted });
    expect(job).toMatchObject({ status: 'failed', error: { code: 'INVALID_INPUT' } });
  }
});

test('a template that is none fails its job with its code', async () => {
  const { mergeToEnd } = await openMergeScene(whole);
  const job = await mergeToEnd({ csv: 'name\nanna', template: 'name,title\nanna' });
  expect(job).toMatchObject({ status: 'failed', error: { code: 'DOCUMENT_UNREADABLE' } });
});
