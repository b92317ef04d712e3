import type { PreflightReport, RenderProvenance } from '@pubpipe/core';
import { describe, expect, test } from 'vitest';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { JobAnswer } from './support/answer.ts';
import { expressVersions, openHttpServer } from './support/open-http-server.ts';
import { submit, uploadDocument } from './support/submit.ts';

const idle = { renderer: createScriptedRenderer(async () => {}), startWorker: false };

describe.each(expressVersions)('on %s', (_, express) => {
  test('a job is accepted, rendered and read with its outputs', async () => {
    const server = await openHttpServer({ express });
    const accepted = await submit(server, {
      headers: { 'X-Request-Id': 'order-42' },
      body: { reference: 'order 42', labels: { shop: 'north' } },
    });
    expect(accepted.status).toBe(202);
    const { id, links } = await accepted.json<JobAnswer>();
    expect(accepted.headers.get('location')).toBe(`/print/jobs/${id}`);
    await expect.poll(async () => (await (await server.ask(links.self)).json<JobAnswer>()).status).toBe('completed');
    const job = await (await server.ask(links.self)).json<JobAnswer>();
    expect(job).toMatchObject({ reference: 'order 42', correlationId: 'order-42', labels: { shop: 'north' } });
    expect(job.outputs.map(({ name, page }) => [name, page])).toEqual([
      ['document.pdf', undefined],
      ['page-0001.png', 1],
    ]);
    expect(await (await server.ask(job.outputs[0]?.artifact.links.content ?? '')).text()).toBe('%PDF-1.4');
    expect(JSON.stringify(job)).not.toMatch(/storageKey|artifacts\/[0-9a-f]{2}\/|"tenant"/);
  });

  test('JSON that the host has parsed is taken from there', async () => {
    for (const parser of [express.json(), express.raw({ type: '*/*' }), express.text({ type: '*/*' })]) {
      const server = await openHttpServer({ express, pipeline: idle });
      const { id: document } = await uploadDocument(server);
      const parsed = await openHttpServer({ express, pipeline: idle, before: (app) => app.use(parser) });
      const response = await submit(parsed, { body: { document } });
      // It is another pipeline: that it looks for the document says that the body was read.
      expect([response.status, (await response.json()).code]).toEqual([404, 'ARTIFACT_NOT_FOUND']);
    }
  });

  test('a client that prefers to wait gets the job when it has ended', async () => {
    const server = await openHttpServer({ express });
    const response = await submit(server, { headers: { Prefer: 'respond-async, wait=30' } });
    expect([response.status, response.headers.get('preference-applied')]).toEqual([200, 'wait']);
    expect((await response.json<JobAnswer>()).outputs).toHaveLength(2);
  });
});

test('a wait ends when its time is over, and the job goes on', async () => {
  const { promise: go, resolve } = Promise.withResolvers<void>();
  const renderer = createScriptedRenderer(async ({ deliver }) => {
    await go;
    await deliver('document.pdf', '%PDF-1.4');
  });
  const server = await openHttpServer({ pipeline: { renderer }, router: { limits: { maxWaitMs: 50 } } });
  const response = await submit(server, { headers: { Prefer: 'wait=30' } });
  expect(response.status).toBe(202);
  const { links } = await response.json<JobAnswer>();
  resolve();
  await expect.poll(async () => (await (await server.ask(links.self)).json<JobAnswer>()).status).toBe('completed');
});

test('the same key with the same request is the same job, with another request a conflict', async () => {
  const server = await openHttpServer({ pipeline: idle });
  const { id: document } = await uploadDocument(server);
  const ask = (key: string, body = {}) =>
    submit(server, { headers: { 'Idempotency-Key': key }, body: { document, ...body } });
  const [first, quoted] = [
    await (await ask('key-1')).json<JobAnswer>(),
    await (await ask('"key-1"')).json<JobAnswer>(),
  ];
  expect(quoted.id).toBe(first.id);
  const conflict = await ask('key-1', { priority: 1 });
  expect([conflict.status, (await conflict.json()).code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
  expect((await (await ask('key-2')).json<JobAnswer>()).id).not.toBe(first.id);
  for (const key of ['a b', '', '""', 'x'.repeat(201)]) expect((await ask(key)).status).toBe(400);

  const theirs = await uploadDocument(server, 'another');
  const other = await submit(server, {
    tenant: 'another',
    headers: { 'Idempotency-Key': 'key-1' },
    body: { document: theirs.id },
  });
  expect((await other.json<JobAnswer>()).id).not.toBe(first.id);
});

test('a request that is not valid says which fields are wrong', async () => {
  const server = await openHttpServer({ pipeline: idle });
  const response = await submit(server, {
    body: { renditions: [{ kind: 'svg' }], priority: 'high', tenant: 'another', runAt: 'tomorrow' },
  });
  expect(response.status).toBe(400);
  const problem = await response.json<{ errors: { pointer: string }[] }>();
  expect(problem).toMatchObject({ code: 'INVALID_INPUT', status: 400, title: 'Bad Request', instance: '/print/jobs' });
  expect(problem.errors.map(({ pointer }) => pointer).toSorted()).toEqual([
    '#',
    '#/priority',
    '#/renditions/0/kind',
    '#/runAt',
  ]);
});

test.each([
  ['no JSON', 'application/json', '{', 400],
  ['another type', 'text/plain', '{}', 415],
  ['no UTF-8', 'application/json', Buffer.from([0x22, 0xff, 0x22]), 400],
  ['a list', 'application/json', '[]', 400],
  ['nothing', 'application/json', '', 400],
  ['a megabyte too much', 'application/json', JSON.stringify({ x: 'y'.repeat(1_048_576) }), 413],
  ['100,000 lists in each other', 'application/json', '['.repeat(100_000) + ']'.repeat(100_000), 400],
  [
    '100,000 fields',
    'application/json',
    `{${Array.from({ length: 80_000 }, (_, index) => `"f${index}":1`).join()}}`,
    400,
  ],
  ['a prototype', 'application/json', '{"__proto__":{"document":"x"},"constructor":1}', 400],
  ['a list of wrong things', 'application/json', `{"assets":[${'1,'.repeat(9_000)}1]}`, 400],
])('a body that is %s is refused in few words', async (_, type, body, status) => {
  const { ask } = await openHttpServer({ pipeline: idle });
  const response = await ask('/jobs', { method: 'POST', body, headers: { 'Content-Type': type } });
  expect(response.status).toBe(status);
  expect((await response.text()).length).toBeLessThan(20_000);
});

test('jobs are listed page by page, by links', async () => {
  const server = await openHttpServer({ pipeline: idle });
  const { id: document } = await uploadDocument(server);
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    const job = await (await submit(server, { body: { document, reference: 'r' } })).json<JobAnswer>();
    ids.unshift(job.id);
  }
  await submit(server, { tenant: 'another', body: { reference: 'r' } });
  const seen: string[] = [];
  let path: string | undefined = '/jobs?reference=r&limit=2';
  while (path !== undefined) {
    const response = await server.ask(path);
    const { jobs } = await response.json<{ jobs: readonly JobAnswer[] }>();
    seen.push(...jobs.map(({ id }) => id));
    path = /^<(\/print\/jobs\?[^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
  }
  expect(seen).toEqual(ids);
  const batch = 'cards of May / 2026';
  const grouped = await (await submit(server, { body: { document, batch } })).json<JobAnswer>();
  await submit(server, { tenant: 'another', body: { batch } });
  const listed = await server.ask(`/jobs?batch=${encodeURIComponent(batch)}`);
  expect((await listed.json<{ jobs: readonly object[] }>()).jobs).toMatchObject([{ id: grouped.id, batch }]);
  const cancelled = await server.ask('/jobs?status=cancelled');
  expect(await cancelled.json()).toEqual({ jobs: [] });
  for (const query of [
    'limit=0',
    'limit=201',
    'limit=x',
    'limit=1&limit=2',
    'status=lost',
    'cursor=%00',
    'staus=queued',
  ]) {
    const response = await server.ask(`/jobs?${query}`);
    expect([query, response.status]).toEqual([query, 400]);
  }
});

test('a job is cancelled and retried, and says what may be done with it', async () => {
  const server = await openHttpServer({ pipeline: idle });
  const { id, links } = await (await submit(server)).json<JobAnswer>();
  expect([links.cancel, links.retry]).toEqual([`/print/jobs/${id}/cancel`, undefined]);
  const cancelled = await server.ask(links.cancel, { method: 'POST' });
  expect(cancelled.status).toBe(200);
  const job = await cancelled.json<JobAnswer>();
  expect([job.status, job.links.cancel, job.links.retry]).toEqual(['cancelled', undefined, `/print/jobs/${id}/retry`]);
  const retried = await server.ask(job.links.retry, { method: 'POST' });
  expect([retried.status, (await retried.json<JobAnswer>()).status]).toEqual([202, 'queued']);
  const again = await server.ask(job.links.retry, { method: 'POST' });
  expect([again.status, (await again.json()).code]).toEqual([409, 'ILLEGAL_TRANSITION']);
});

test("another tenant's job is as absent as one that never was", async () => {
  const server = await openHttpServer({ pipeline: idle });
  const { id } = await (await submit(server)).json<JobAnswer>();
  for (const [method, rest] of [
    ['GET', ''],
    ['POST', '/cancel'],
    ['POST', '/retry'],
    ['GET', '/events'],
    ['GET', '/pages/1'],
  ] as const) {
    const answers = [id, '01900000-0000-7000-8000-000000000000', 'no-id', '%00', '..%2F..'].map(async (asked) => {
      const response = await server.ask(`/jobs/${asked}${rest}`, { method, tenant: 'another' });
      return [response.status, (await response.json()).code];
    });
    expect(new Set((await Promise.all(answers)).map(String))).toEqual(new Set(['404,JOB_NOT_FOUND']));
  }
  expect((await server.ask(`/jobs/${id}`)).status).toBe(200);
});

test('a page is there as soon as it is ready, while others are still being made', async () => {
  const { promise: go, resolve } = Promise.withResolvers<void>();
  const { promise: first, resolve: delivered } = Promise.withResolvers<void>();
  const renderer = createScriptedRenderer(async ({ deliver, report }) => {
    report({ stage: 'exporting', pageCount: 2 });
    await deliver('page-0001.png', 'page 1', 1);
    delivered();
    await go;
    await deliver('page-0002.png', 'page 2', 2);
    await deliver('document.pdf', '%PDF-1.4');
  });
  const server = await openHttpServer({ pipeline: { renderer } });
  const { links } = await (await submit(server)).json<JobAnswer>();
  const page = (number: number | string) => server.ask(links.pages.replace('{page}', String(number)));
  await first;
  await expect.poll(async () => (await page(1)).status).toBe(200);
  const image = await page(1);
  expect([image.headers.get('content-type'), await image.text()]).toEqual(['image/png', 'page 1']);
  const waiting = await page(2);
  expect([waiting.status, waiting.headers.get('retry-after')]).toEqual([202, '1']);
  expect(await waiting.json()).toEqual({ status: 'running' });
  for (const none of [0, -1, 1.5, 'x', '1e3', 10_000_000]) {
    expect([none, (await page(none)).status]).toEqual([none, 404]);
  }
  resolve();
  await expect.poll(async () => (await page(2)).status).toBe(200);
  expect(await (await page(1)).text()).toBe('page 1');
  expect((await page(3)).status).toBe(404);
});

test('a page that nobody asked an image of does not come', async () => {
  const server = await openHttpServer({ pipeline: idle });
  for (const renditions of [[{ kind: 'pdf' }], [{ kind: 'png', pages: [2] }]]) {
    const { links } = await (await submit(server, { body: { renditions } })).json<JobAnswer>();
    const response = await server.ask(links.pages.replace('{page}', '1'));
    expect([response.status, (await response.json()).code]).toEqual([404, 'PAGE_NOT_FOUND']);
  }
});

test('the reports that a job has are linked', async () => {
  const preflight = { version: 1, findings: [] } as unknown as PreflightReport;
  const provenance = { version: 1, outputs: [] } as unknown as RenderProvenance;
  for (const reports of [{ preflight }, { provenance }, { preflight, provenance }, {}]) {
    const renderer = createScriptedRenderer(async ({ deliver }) => deliver('document.pdf', '%PDF-1.4'), reports);
    const server = await openHttpServer({ pipeline: { renderer } });
    const { links } = await (await submit(server, { headers: { Prefer: 'wait=30' } })).json<JobAnswer>();
    const read = async (link: string | undefined) => link && (await (await server.ask(link)).json<object>());
    expect([await read(links.preflight), await read(links.provenance)]).toEqual([
      reports.preflight,
      reports.provenance,
    ]);
  }
});

test('a preference is applied where it is one, and said to be', async () => {
  const server = await openHttpServer({ pipeline: idle, router: { limits: { maxWaitMs: 20 } } });
  const { id: document } = await uploadDocument(server);
  for (const [prefer, applied] of [
    ['wait=1', 'wait'],
    ['WAIT = "1"', 'wait'],
    ['respond-async; x="a,b", wait=1; foo', 'wait'],
    ['wait', null],
    ['wait=soon', null],
    ['wait=-1', null],
    ['wait=1e3', null],
    ['nowait=1', null],
    ['return=minimal', null],
  ] as const) {
    const response = await submit(server, { headers: { Prefer: prefer }, body: { document } });
    expect([prefer, response.status, response.headers.get('preference-applied')]).toEqual([prefer, 202, applied]);
  }
});

test('a request that is replayed gets the job as it is now, and one submitted many times at once is one job', async () => {
  const server = await openHttpServer();
  const { id: document } = await uploadDocument(server);
  const once = (headers = {}) =>
    submit(server, { headers: { 'Idempotency-Key': 'order-7', ...headers }, body: { document } });
  const answers = await Promise.all(Array.from({ length: 30 }, () => once()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const ids = await Promise.all(answers.map(async (answer) => (await answer.json<JobAnswer>()).id));
  expect(new Set(ids).size).toBe(1);
  expect(new Set(answers.map(({ headers }) => headers.get('location')))).toEqual(new Set([`/print/jobs/${ids[0]}`]));
  const ended = await once({ Prefer: 'wait=30' });
  expect([ended.status, (await ended.json<JobAnswer>()).status]).toEqual([200, 'completed']);
  const replayed = await once();
  expect([replayed.status, replayed.headers.get('preference-applied')]).toEqual([200, null]);
  expect((await (await server.ask('/jobs')).json<{ jobs: readonly unknown[] }>()).jobs).toHaveLength(1);
});

test('what is off is not there', async () => {
  const font = { name: 'A Book', family: 'A', style: 'Book', fileName: 'a.otf', format: 'otf' };
  const server = await openHttpServer({ pipeline: idle });
  expect((await server.ask('/fonts')).status).toBe(404);
  const imports = await server.ask('/artifacts/imports', { method: 'POST', body: '{}' });
  expect([imports.status, imports.headers.get('allow')]).toEqual([405, 'GET, HEAD, DELETE']);
  const withFonts = await openHttpServer({ pipeline: idle, router: { fonts: async () => [font] } });
  expect(await (await withFonts.ask('/fonts')).json()).toEqual({ fonts: [font] });
});

test('objects are imported where the host allows it, and are otherwise as good as absent', async () => {
  const asked: unknown[] = [];
  const { ask } = await openHttpServer({
    pipeline: {
      ...idle,
      objectImports: {
        async importObject({ as, expected, ...rest }) {
          asked.push(rest);
          return { key: as, byteSize: 3, sha256: expected.sha256 };
        },
      },
    },
    router: { allowImport: ({ tenant, bucket, key }) => bucket === 'drop' && key.startsWith(`${tenant}/`) },
  });
  const post = (body: object) =>
    ask('/artifacts/imports', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ bucket: 'drop', sha256: 'a'.repeat(64), ...body }),
    });
  const imported = await post({ key: 'acme/card.sla' });
  expect([imported.status, await imported.json()]).toEqual([
    201,
    expect.objectContaining({ fileName: 'card.sla', byteSize: 3 }),
  ]);
  for (const body of [{ key: 'another/card.sla' }, { key: 'acme/card.sla', bucket: 'other' }]) {
    const response = await post(body);
    expect([response.status, (await response.json()).code]).toEqual([404, 'ARTIFACT_NOT_FOUND']);
  }
  expect((await post({ key: 'acme/card.sla', mediaType: 'text/html\r\nSet-Cookie: x' })).status).toBe(400);
  expect(asked).toHaveLength(1);
});
