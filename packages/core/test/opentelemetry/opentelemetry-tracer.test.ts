import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { PubpipeError, readTraceContext, type Span } from '@pubpipe/core';
import { createOpenTelemetryTracer } from '@pubpipe/core/opentelemetry';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const host = provider.getTracer('a host');

const finished = (name: string) => {
  const found = exporter.getFinishedSpans().filter((span) => span.name === name);
  expect(found).toHaveLength(1);
  return found[0] as (typeof found)[0];
};

describe('tracing through OpenTelemetry', () => {
  beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
  afterAll(async () => {
    context.disable();
    await provider.shutdown();
  });
  beforeEach(() => exporter.reset());
  const tracer = createOpenTelemetryTracer({ tracer: host });

  it('gives back what the work does, and writes down how long it took, its kind and its facts', async () => {
    const startedAt = Date.now() - 5_000;
    const description = { name: 'outer', kind: 'consumer', startedAt, attributes: { a: 1, b: undefined } } as const;
    const answer = await tracer.inSpan(description, async (span) => {
      span.setAttributes({ c: 'd', e: undefined });
      return 7;
    });
    expect(answer).toBe(7);
    const span = finished('outer');
    expect(span).toMatchObject({ kind: SpanKind.CONSUMER, attributes: { a: 1, c: 'd' } });
    expect(Object.keys(span.attributes)).toEqual(['a', 'c']);
    expect(span.duration[0]).toBeGreaterThanOrEqual(5);
    expect(span.parentSpanContext).toBeUndefined();
  });

  it('begins a span within the active one, and is the active one for what its work does', async () => {
    await host.startActiveSpan('request', async (request) => {
      await tracer.inSpan({ name: 'outer' }, async () => {
        host.startSpan('statement').end();
      });
      request.end();
    });
    const outer = finished('outer');
    expect(outer.parentSpanContext?.spanId).toBe(finished('request').spanContext().spanId);
    expect(finished('statement').parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
  });

  it("makes a span's own spans its children, whichever is active", async () => {
    let kept: Span | undefined;
    await tracer.inSpan({ name: 'outer' }, async (span) => {
      kept = span;
    });
    await host.startActiveSpan('another', async (another) => {
      await kept?.inSpan({ name: 'inner' }, async () => undefined);
      another.end();
    });
    expect(finished('inner').parentSpanContext?.spanId).toBe(finished('outer').spanContext().spanId);
  });

  it('goes on with a trace of another process, with its state and its sampling', async () => {
    const parent = readTraceContext({
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      tracestate: 'vendor=x,other=y',
    });
    let passedOn: unknown;
    await tracer.inSpan({ name: 'outer', parent }, async ({ traceContext }) => {
      passedOn = traceContext;
    });
    const span = finished('outer');
    expect(span.parentSpanContext).toMatchObject({ spanId: 'b'.repeat(16), isRemote: true });
    const traceparent = `00-${'a'.repeat(32)}-${span.spanContext().spanId}-01`;
    expect(passedOn).toEqual({ traceparent, tracestate: 'vendor=x,other=y' });
    expect(readTraceContext(passedOn as never)).toEqual(passedOn);
  });

  it('goes on with a default parent only where no span is active', async () => {
    const defaultParent = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    await tracer.inSpan({ name: 'alone', defaultParent }, async () => undefined);
    expect(finished('alone').parentSpanContext?.spanId).toBe('b'.repeat(16));
    await host.startActiveSpan('request', async (request) => {
      await tracer.inSpan({ name: 'outer', defaultParent }, (span) =>
        span.inSpan({ name: 'inner', defaultParent }, async () => undefined),
      );
      await tracer.inSpan({ name: 'explicit', defaultParent, parent: defaultParent }, async () => undefined);
      request.end();
    });
    expect(finished('outer').parentSpanContext?.spanId).toBe(finished('request').spanContext().spanId);
    expect(finished('inner').parentSpanContext?.spanId).toBe(finished('outer').spanContext().spanId);
    expect(finished('explicit').parentSpanContext?.spanId).toBe('b'.repeat(16));
  });

  it('records why a span failed, by code, and passes the error on', async () => {
    const error = new PubpipeError('RENDER_TIMEOUT', 'It took too long.');
    await expect(tracer.inSpan({ name: 'outer' }, () => Promise.reject(error))).rejects.toBe(error);
    const span = finished('outer');
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes).toEqual({ 'error.type': 'RENDER_TIMEOUT' });
    expect(span.events).toMatchObject([{ name: 'exception' }]);
    expect(span.ended).toBe(true);
  });

  it('says a failure whose work does not reject', async () => {
    await tracer.inSpan({ name: 'outer' }, async (span) => span.fail('a word'));
    expect(finished('outer')).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': 'INTERNAL' },
    });
  });

  it('has nothing to pass on where the application has set up no tracing', async () => {
    trace.disable();
    let passedOn: unknown = 'nothing was asked';
    const answer = await createOpenTelemetryTracer().inSpan({ name: 'outer' }, async ({ traceContext }) => {
      passedOn = traceContext;
      return 7;
    });
    expect([answer, passedOn]).toEqual([7, undefined]);
  });
});
