import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import { issueApiKey } from '@pubpipe/core/http';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openSharedS3 } from '../../../test/kit/shared-s3.ts';
import { createTestBucket } from '../../../test/kit/test-bucket.ts';
import { openServiceSettings } from './support/service-settings.ts';
import { startServiceProcess } from './support/start-service-process.ts';

const picture = join(import.meta.dirname, '../../documents/lakeside-concerts/images/lake-at-dusk.png');
const card = '/usr/share/scribus/templates/buscard9/buscard9.sla.gz';
const { key, stored } = issueApiKey('print-shop');
const other = issueApiKey('other');
const headers = { 'X-API-Key': key };

/** The machine may be busy. */
const patiently = { timeout: 20_000, interval: 50 };

let settings: Readonly<Record<string, string>>;
beforeEach(async ({ onTestFinished: afterwards }) => {
  const opened = await openServiceSettings([stored, other.stored]);
  ({ settings } = opened);
  afterwards(opened.remove);
});

async function migrate(): Promise<void> {
  await (await startServiceProcess('migrate', settings)).succeed(60_000);
}

async function startApi(more: Readonly<Record<string, string>> = {}) {
  const api = await startServiceProcess('api', { ...settings, ...more });
  const { url } = await api.logged('listening');
  return { api, url: String(url) };
}

/** How many uploads the artifact store has begun and not ended. */
async function uploadsUnderWay(): Promise<number> {
  const incoming = join(settings['ARTIFACTS_DIRECTORY'] ?? '', 'incoming');
  // The store makes the folder when the first upload comes.
  return await readdir(incoming).then(
    ({ length }) => length,
    () => 0,
  );
}

test('with S3 a job goes through api and worker, and both tell what they measure', { timeout: 120_000 }, async () => {
  const access = await openSharedS3();
  const bucket = await createTestBucket(access);
  onTestFinished(() => bucket.remove());
  settings = {
    ...settings,
    ARTIFACTS: 's3',
    S3_ENDPOINT: access.endpoint,
    S3_REGION: access.region,
    S3_ACCESS_KEY: access.accessKeyId,
    S3_SECRET_KEY: access.secretAccessKey,
    S3_BUCKET: bucket.name,
    S3_PREFIX: 'print/',
  };
  await migrate();
  const worker = await startServiceProcess('worker', settings);
  const { api, url } = await startApi({ LINK_SECRET: 'x'.repeat(32) });
  const uploaded = await fetch(`${url}/artifacts?fileName=card.sla.gz`, {
    method: 'POST',
    headers,
    body: await readFile(card),
  });
  const { id: document } = (await uploaded.json()) as { id: string };
  const submitted = await fetch(`${url}/jobs`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json', Prefer: 'wait=30', 'X-Request-Id': 'order-7' },
    body: JSON.stringify({ document, renditions: [{ kind: 'pdf' }] }),
  });
  const job = (await submitted.json()) as { outputs: readonly { artifact: { links: { signed: string } } }[] };
  expect(job).toMatchObject({ status: 'completed', correlationId: 'order-7' });
  const pdf = await fetch(new URL(job.outputs[0]?.artifact.links.signed ?? '', url));
  expect((await pdf.text()).slice(0, 5)).toBe('%PDF-');

  const metricsOf = async (child: typeof worker) =>
    await (await fetch(String((await child.logged('metrics'))['url']))).text();
  // It is counted once it is committed, when we may have heard of it already.
  await expect.poll(() => metricsOf(worker), patiently).toMatch(/^jobs_total\{type="render",outcome="completed"\} 1$/m);
  expect(await metricsOf(api)).toMatch(/^http_request_duration_seconds_count\{.*route="\/jobs".*\} 1$/m);
  // The line says who asked for what, and no secret: neither keys nor the signatures of links.
  const log = await api.output();
  expect(log).toContain('"path":"/api/jobs","status":200');
  expect(log).toContain('"correlationId":"order-7"');
  for (const secret of [key, 'signature', access.secretAccessKey]) expect(log).not.toContain(secret);
  for (const child of [worker, api]) process.kill(child.pid, 'SIGTERM');
  for (const child of [worker, api]) await child.succeed(30_000);
});

test('with a key for their secrets there are webhooks, which reach nobody inside', async () => {
  await migrate();
  const { url } = await startApi({ WEBHOOK_KEY: 'a'.repeat(64) });
  const create = (address: string) =>
    fetch(`${url}/webhooks`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ url: address, types: ['job.completed'] }),
    });

  const created = await create('https://shop.example/print-events');
  const refused = await create('http://127.0.0.1:5432/');

  expect(created.status).toBe(201);
  expect(await created.json()).toMatchObject({ secret: expect.stringMatching(/^whsec_/) });
  expect(refused.status).toBe(400);
});

test('a tenant that asks too often is told when to come back, and others are not kept away', async () => {
  await migrate();
  const { url } = await startApi({ REQUESTS_PER_MINUTE: '2' });
  const ask = (apiKey: string, path = '/jobs') => fetch(`${url}${path}`, { headers: { 'X-API-Key': apiKey } });
  const first = await ask(key);
  expect(first.status).toBe(200);
  expect(first.headers.get('RateLimit-Policy')).toMatch(/q=2; w=60/);
  expect(first.headers.get('RateLimit')).toMatch(/r=1; t=\d+/);
  await ask(key);
  const refused = await ask(key);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('Content-Type')).toBe('application/problem+json');
  expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({
    status: 429,
    code: 'TOO_MANY_REQUESTS',
    instance: '/api/jobs',
    requestId: refused.headers.get('X-Request-Id'),
  });
  expect((await ask(other.key)).status).toBe(200);
  // Those without a key are counted by where they come from.
  expect([(await ask('')).status, (await ask('wrong')).status, (await ask('')).status]).toEqual([401, 401, 429]);
  for (const path of ['/health/live', '/health/ready', '/health/ready', '/health/ready']) {
    expect((await ask('', path)).status).toBe(200);
  }
});

test('browsers are told to be careful, and what is not there is a problem in the usual form', async () => {
  await migrate();
  const { url } = await startApi();
  const page = await fetch(new URL('/', url));
  expect(page.headers.get('Content-Security-Policy')).toContain("script-src 'self'");
  expect(await page.text()).toContain('/api');
  const answer = await fetch(new URL('/elsewhere', url));
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'ROUTE_NOT_FOUND', instance: '/elsewhere' });
  expect(answer.headers.get('Strict-Transport-Security')).toBeTruthy();
  expect(answer.headers.get('X-Powered-By')).toBeNull();
});

test('SIGTERM lets an upload end that is under way, and takes no further request', async () => {
  await migrate();
  const { api, url } = await startApi();
  const upload = httpRequest(`${url}/artifacts?fileName=lake.png`, { method: 'POST', headers });
  const answered = new Promise<number | undefined>((resolve, reject) => {
    upload.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject);
  });
  const [begin, rest] = await Promise.all([
    Array.fromAsync(createReadStream(picture, { end: 69_999 })),
    Array.fromAsync(createReadStream(picture, { start: 70_000 })),
  ]);
  upload.write(Buffer.concat(begin));
  await expect.poll(uploadsUnderWay, patiently).toBe(1);

  process.kill(api.pid, 'SIGTERM');
  await api.logged('ending');
  await expect
    .poll(() =>
      fetch(`${url}/health/live`).then(
        () => 'answered',
        () => 'refused',
      ),
    )
    .toBe('refused');
  upload.end(Buffer.concat(rest));
  expect(await answered).toBe(201);
  await api.succeed(30_000);
});

test('a drain has an end, and a second signal ends the process at once', async () => {
  await migrate();
  const begin = async (url: string) => {
    const upload = httpRequest(`${url}/artifacts?fileName=card.sla.gz`, { method: 'POST', headers });
    const cut = new Promise<void>((resolve) => upload.once('error', () => resolve()));
    upload.write(Buffer.alloc(100_000));
    await expect.poll(uploadsUnderWay, patiently).toBe(1);
    return { cut };
  };
  const bounded = await startApi({ DRAIN_MS: '300' });
  const firstCut = await begin(bounded.url);
  process.kill(bounded.api.pid, 'SIGTERM');
  await firstCut.cut;
  await bounded.api.succeed(30_000);

  const endless = await startApi({ DRAIN_MS: '600000' });
  const secondCut = await begin(endless.url);
  process.kill(endless.api.pid, 'SIGTERM');
  await endless.api.logged('ending');
  process.kill(endless.api.pid, 'SIGINT');
  await secondCut.cut;
  await endless.api.ended;
  expect(await endless.api.describe()).toContain('ended (status 130)');
});

test('a wrong environment is explained without a secret, and ends the process with a status of its own', async () => {
  const api = await startServiceProcess('api', { ...settings, DATABASE_URL: 'hunter2', LINK_SECRET: 'hunter2' });
  await api.ended;
  expect(await api.describe()).toContain('ended (status 78)');
  expect(await api.output()).toMatch(/^DATABASE_URL: it must be a URL/m);
  expect(await api.output()).toMatch(/^LINK_SECRET: it must have 32 characters/m);
  expect(await api.output()).not.toContain('hunter2');
});

test('a process does not start on a database that was not migrated, and says so', async () => {
  const api = await startServiceProcess('api', settings);
  await api.ended;
  expect(await api.describe()).toContain('ended (status 1)');
  expect(await api.output()).toContain('SCHEMA_OUTDATED');
});
