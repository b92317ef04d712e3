import { createScribusMerger } from '@pubpipe/scribus-runner/merge';
import { expect, test } from 'vitest';
import { namesUpTo, nameTemplate } from '../support/merge-scene.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { ArtifactAnswer, JobAnswer } from './support/answer.ts';
import { openHttpServer, type TestServer } from './support/open-http-server.ts';
import { uploadText } from './support/submit.ts';

interface RecordAnswer {
  readonly first: number;
  readonly status: string;
  readonly path: string;
  readonly pathReason?: string;
  readonly error?: { readonly code: string };
  readonly files: readonly { readonly name: string; readonly artifact: ArtifactAnswer }[];
}

async function openMergingServer(): Promise<TestServer> {
  const renderer = createScriptedRenderer(({ deliver }) => deliver('document.pdf', '%PDF-1.4'));
  return await openHttpServer({ pipeline: { renderer, worker: { merger: createScribusMerger(renderer) } } });
}

async function submitMerge(
  server: TestServer,
  { csv, ...body }: { readonly csv: string; readonly [field: string]: unknown },
) {
  const template = await uploadText(server, { fileName: 'card.sla', text: nameTemplate });
  const data = await uploadText(server, { fileName: 'people.csv', text: csv });
  return await server.ask('/jobs', {
    method: 'POST',
    tenant: 'acme',
    headers: { 'Content-Type': 'application/json', Prefer: 'wait=30' },
    body: JSON.stringify({ type: 'merge', template: template.id, data: { artifact: data.id }, ...body }),
  });
}

test('a merge is submitted, and its records are read in pages, with links to their files', async () => {
  const server = await openMergingServer();
  const response = await submitMerge(server, { csv: namesUpTo(5), name: '%VAR_name%' });
  const job = await response.json<JobAnswer>();
  expect([response.status, job.type, job.status]).toEqual([200, 'merge', 'completed']);
  const first = await server.ask(`${job.links.records}?limit=3`);
  const page = await first.json<{ records: readonly RecordAnswer[]; nextCursor: string }>();
  expect(page.records.map(({ files }) => files.map(({ name }) => name))).toEqual([
    ['name-1.pdf'],
    ['name-2.pdf'],
    ['name-3.pdf'],
  ]);
  expect(page.records[0]).toMatchObject({ path: 'xml', pathReason: 'a text with variables lies beside the pages' });
  expect(JSON.stringify(page)).not.toMatch(/storageKey|"tenant"/);
  const [, next = ''] = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '') ?? [];
  const rest = await (await server.ask(next)).json<{ records: readonly RecordAnswer[]; nextCursor?: string }>();
  expect(rest.records.map((record) => record.first)).toEqual([4, 5]);
  expect(rest.nextCursor).toBeUndefined();
  const content = await server.ask(rest.records[1]?.files[0]?.artifact.links.content ?? '');
  expect([await content.text(), content.headers.get('content-disposition')]).toEqual([
    '%PDF-1.4',
    expect.stringContaining('name-5.pdf'),
  ]);
  const report = await (await server.ask(job.links.merge)).json<{ rendered: number }>();
  expect(report.rendered).toBe(5);
  // Its pages are those of its records.
  expect((await server.ask(`/jobs/${job.id}/pages/1`)).status).toBe(404);
});

test('records that failed are read by themselves, each with its code', async () => {
  const server = await openMergingServer();
  const response = await submitMerge(server, { csv: 'name\nanna\nbert,too many\ncleo' });
  expect(await response.json()).toMatchObject({ status: 'failed', error: { code: 'RECORDS_FAILED' } });
  const id = response.headers.get('location')?.split('/').at(-1);
  const failed = await (await server.ask(`/jobs/${id}/records?status=failed`)).json<{ records: RecordAnswer[] }>();
  expect(failed.records).toMatchObject([{ first: 2, status: 'failed', error: { code: 'RECORD_INVALID' }, files: [] }]);
});

test('requests are refused by the fields that are wrong', async () => {
  const server = await openMergingServer();
  const fields = { output: 'all', emptyValues: 'drop', lineBreaks: 'tab' };
  for (const [field, value] of Object.entries(fields)) {
    const wrong = await submitMerge(server, { csv: namesUpTo(1), [field]: value });
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toMatchObject({
      code: 'INVALID_INPUT',
      detail: expect.stringContaining(` ${field}: `),
    });
  }
  const type = await submitMerge(server, { csv: namesUpTo(1), type: 'paint' });
  expect(await type.json()).toMatchObject({ code: 'INVALID_INPUT', detail: expect.stringContaining(' type: ') });
  for (const path of [`/jobs/${crypto.randomUUID()}/records`, '/jobs/x/records']) {
    expect([(await server.ask(path)).status, path]).toEqual([404, path]);
  }
  expect((await server.ask(`/jobs/${crypto.randomUUID()}/records?limit=201`)).status).toBe(400);
});
