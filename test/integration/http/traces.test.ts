import { once } from 'node:events';
import { PubpipeError } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import { describe, expect, test, vi } from 'vitest';
import { openPino } from '../support/open-pino.ts';
import { recordSpans, treeOf } from '../support/record-spans.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';
import type { JobAnswer } from './support/answer.ts';
import { expressVersions, openHttpServer } from './support/open-http-server.ts';
import { submit, uploadDocument } from './support/submit.ts';
import { withMethods } from './support/with-methods.ts';

const { tracer, inRequest, spans } = recordSpans();
const [traceId, spanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
const headers = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'vendor=x' };
const waiting = { ...headers, Prefer: 'wait=30' };
const renderer = createScriptedRenderer(async ({ report, deliver }) => {
  report({ stage: 'exporting' });
  await deliver('document.pdf', '%PDF-1.4');
});
const body = { renditions: [{ kind: 'pdf' }] };
const idle = { renderer, startWorker: false };
const attempt = ['attempt', ['claim', 'complete', 'materialise', ['render', ['render.exporting']], 'upload']];
const ofSubmission = ['submit', [attempt, 'dispatch']];

describe.each(expressVersions)('on %s', (_, express) => {
  test("a client's trace goes on from its request to the spans of the render", async () => {
    const server = await openHttpServer({ express, pipeline: { renderer, tracer } });
    const job = await (await submit(server, { headers: waiting, body })).json<JobAnswer>();
    await server.stopWorkers();
    expect([job.status, job.correlationId]).toEqual(['completed', traceId]);
    expect(treeOf(spans(), traceId)).toEqual([ofSubmission]);
    expect(spans().find(({ name }) => name === 'pubpipe.submit')?.parentSpanId).toBe(spanId);
    const { traceContext } = await server.pipeline.get({ tenant: 'acme', id: job.id });
    expect(traceContext?.tracestate).toBe('vendor=x');
  });

  test("where the host traces its requests, its span is the parent, and the client's header takes nothing from it", async () => {
    let hostTraceId: Promise<string> | undefined;
    const server = await openHttpServer({
      express,
      pipeline: { renderer, tracer },
      before: (app) =>
        app.post('/print/jobs', (_request, response, next) => {
          const traced = inRequest(async () => {
            next();
            await once(response, 'close');
          });
          hostTraceId = traced.then((request) => request.traceId);
        }),
    });
    await submit(server, { headers: waiting, body });
    await server.stopWorkers();
    expect(treeOf(spans(), (await hostTraceId) ?? '')).toEqual([['request', [ofSubmission]]]);
    expect(treeOf(spans(), traceId)).toEqual([]);
  });
});

test('a process that traces nothing itself passes the trace on to the worker', async () => {
  const server = await openHttpServer({ pipeline: idle });
  const job = await (await submit(server, { headers, body })).json<JobAnswer>();
  expect((await server.pipeline.get({ tenant: 'acme', id: job.id })).traceContext).toEqual(headers);
});

test.each(['garbage', `00-${'0'.repeat(32)}-${spanId}-01`, `${headers.traceparent}, ${headers.traceparent}`])(
  'a trace that is none costs no job: %s',
  async (traceparent) => {
    const server = await openHttpServer({ pipeline: idle });
    const response = await submit(server, { headers: { traceparent }, body });
    expect(response.status).toBe(202);
    const { id } = await response.json<JobAnswer>();
    expect((await server.pipeline.get({ tenant: 'acme', id })).traceContext).toBeUndefined();
  },
);

describe('one correlation id finds', () => {
  const correlationId = 'order-7/42';

  test('the lines of a job and of the requests about it', async () => {
    const { lines, logger } = openPino();
    const server = await openHttpServer({ pipeline: { renderer, logger } });
    const document = await uploadDocument(server);
    const given = { 'X-Request-Id': correlationId };
    const job = await (
      await submit(server, { headers: { ...given, Prefer: 'wait=30' }, body: { ...body, document: document.id } })
    ).json<JobAnswer>();
    await server.ask(`${job.links.self}/cancel`, { method: 'POST', headers: given });
    await server.stopWorkers();
    const found = lines.filter((line) => line['correlationId'] === correlationId).map(({ msg }) => msg);
    expect(found).toEqual(
      expect.arrayContaining(['a job was claimed', 'a job has completed', 'a request was refused']),
    );
    expect(job.correlationId).toBe(correlationId);
  });

  test('why a request failed', async () => {
    const { lines, logger } = openPino();
    const gone = new PubpipeError('JOB_STORE_UNAVAILABLE', 'Host db-7 is away.');
    const server = await openHttpServer({
      pipeline: {
        ...idle,
        logger,
        aroundJobStore: (store) => failing(store, { list: () => ({ when: 'before', error: gone }) }),
      },
    });
    await server.ask('/jobs', { headers: { 'X-Request-Id': correlationId } });
    expect(lines.find(({ msg }) => msg === 'a request failed')).toMatchObject({
      level: 50,
      correlationId,
      method: 'GET',
      route: '/jobs',
      code: 'JOB_STORE_UNAVAILABLE',
      err: { message: 'Host db-7 is away.' },
    });
  });

  test('why a download ended in the middle', async () => {
    const { lines, logger } = openPino();
    const server = await openHttpServer({
      pipeline: {
        ...idle,
        logger,
        aroundArtifactStore: (store) =>
          withMethods(store, {
            async get(...asked: Parameters<typeof store.get>) {
              const content = await store.get(...asked);
              async function* cut() {
                for await (const chunk of content.body) {
                  yield chunk.subarray(0, 1);
                  throw new Error('the disk is gone');
                }
              }
              return { ...content, body: cut() };
            },
          }),
      },
    });
    const { links } = await uploadDocument(server);
    const answer = await server.ask(links.content, { headers: { 'X-Request-Id': correlationId } });
    await expect(answer.text()).rejects.toThrow();
    await vi.waitFor(() => expect(lines.map(({ msg }) => msg)).toContain('an answer was cut off'));
    expect(lines.find(({ msg }) => msg === 'an answer was cut off')).toMatchObject({ level: 40, correlationId });
  });
});
