import * as otel from '@opentelemetry/api';
import { isPubpipeError } from '../errors/pubpipe-error.ts';
import type { TraceContext } from '../ports/trace-context.ts';
import type { Span, SpanAttributes, SpanDescription, Tracer } from '../ports/tracer.ts';

/** Options of {@link createOpenTelemetryTracer}. */
export interface OpenTelemetryTracerOptions {
  /** Makes the spans. @defaultValue the registered provider's tracer `@pubpipe/core` */
  readonly tracer?: otel.Tracer | undefined;
}

/**
 * Traces through OpenTelemetry's API, which is the application's to set up. While a span's work runs it is the active
 * one, so that what instruments the database or the object store finds its parent.
 */
export function createOpenTelemetryTracer(options: OpenTelemetryTracerOptions = {}): Tracer {
  const { tracer = otel.trace.getTracer('@pubpipe/core') } = options;
  return new OpenTelemetryTracer(tracer);
}

const kinds = {
  internal: otel.SpanKind.INTERNAL,
  producer: otel.SpanKind.PRODUCER,
  consumer: otel.SpanKind.CONSUMER,
} as const;

class OpenTelemetryTracer implements Tracer {
  readonly #tracer: otel.Tracer;
  readonly #within: otel.Context | undefined;

  constructor(tracer: otel.Tracer, within?: otel.Context) {
    this.#tracer = tracer;
    this.#within = within;
  }

  async inSpan<T>(description: SpanDescription, work: (span: Span) => Promise<T>): Promise<T> {
    const { name, kind = 'internal', startedAt, attributes } = description;
    const causedBy = withParent(this.#within ?? otel.context.active(), description);
    const options = { kind: kinds[kind], attributes: present(attributes) };
    const startTime = startedAt === undefined ? {} : { startTime: startedAt };
    const began = this.#tracer.startSpan(name, { ...options, ...startTime }, causedBy);
    const active = otel.trace.setSpan(causedBy, began);
    const span = new OpenTelemetrySpan(this.#tracer, began, active);
    try {
      return await otel.context.with(active, () => work(span));
    } catch (error) {
      span.fail(error);
      throw error;
    } finally {
      began.end();
    }
  }
}

class OpenTelemetrySpan extends OpenTelemetryTracer implements Span {
  readonly #span: otel.Span;

  constructor(tracer: otel.Tracer, span: otel.Span, within: otel.Context) {
    super(tracer, within);
    this.#span = span;
  }

  get traceContext(): TraceContext | undefined {
    return fromSpanContext(this.#span.spanContext());
  }

  setAttributes(attributes: SpanAttributes): void {
    this.#span.setAttributes(present(attributes));
  }

  fail(error: unknown): void {
    this.#span.setAttribute('error.type', isPubpipeError(error) ? error.code : 'INTERNAL');
    this.#span.recordException(error instanceof Error ? error : String(error));
    this.#span.setStatus({ code: otel.SpanStatusCode.ERROR });
  }
}

function withParent(within: otel.Context, { parent, defaultParent }: SpanDescription): otel.Context {
  const active = otel.trace.getSpanContext(within);
  const hasSpan = active !== undefined && otel.isSpanContextValid(active);
  const given = parent ?? (hasSpan ? undefined : defaultParent);
  return given === undefined ? within : otel.trace.setSpanContext(within, toSpanContext(given));
}

const present = (attributes: SpanAttributes = {}): otel.Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));

function toSpanContext({ traceparent, tracestate }: TraceContext): otel.SpanContext {
  const [, traceId = '', spanId = '', flags = ''] = traceparent.split('-');
  return {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: otel.createTraceState(tracestate) }),
  };
}

/** Absent where the application has set up no tracing: its spans have no names then. */
function fromSpanContext(context: otel.SpanContext): TraceContext | undefined {
  if (!otel.isSpanContextValid(context)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = context;
  const flags = (traceFlags & 0xff).toString(16).padStart(2, '0');
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, tracestate: traceState?.serialize() || undefined };
}
