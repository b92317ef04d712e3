import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createOpenTelemetryTracer } from '@pubpipe/core/opentelemetry';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type RecordedSpan, toRecordedSpan } from './recorded-span.ts';

/** Spans of a trace, each with the spans that it caused. A `!` says that it failed. */
export type SpanTree = readonly (string | readonly [string, SpanTree])[];

/** Sets up OpenTelemetry for a test file, and keeps all spans of a test in memory. */
export function recordSpans() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const host = provider.getTracer('the application');
  beforeAll(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
  beforeEach(() => exporter.reset());
  afterAll(async () => {
    context.disable();
    await provider.shutdown();
  });
  return {
    tracer: createOpenTelemetryTracer({ tracer: host }),
    /** Does something within a span of the application's own, and returns what it gave and the trace's id. */
    inRequest: <T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly traceId: string }> =>
      host.startActiveSpan('request', async (span) => {
        const value = await work();
        span.end();
        return { value, traceId: span.spanContext().traceId };
      }),
    spans: (): readonly RecordedSpan[] => exporter.getFinishedSpans().map(toRecordedSpan),
  };
}

/** The spans of one trace as a tree, those with the same parent by name. What has no parent among them is at the top. */
export function treeOf(spans: readonly RecordedSpan[], traceId: string): SpanTree {
  const own = spans.filter((span) => span.traceId === traceId);
  const known = new Set(own.map(({ spanId }) => spanId));
  const below = (parent: string | undefined): SpanTree =>
    own
      .filter(({ parentSpanId }) => (known.has(parentSpanId ?? '') ? parentSpanId : undefined) === parent)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, spanId, failed }) => {
        const said = `${name.replace('pubpipe.', '')}${failed ? '!' : ''}`;
        const children = below(spanId);
        return children.length === 0 ? said : [said, children];
      });
  return below(undefined);
}
