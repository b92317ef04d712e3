import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** What a span is to its trace. */
export interface RecordedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
}

/** Keeps of a span of the SDK what says where it belongs. */
export function toRecordedSpan(span: ReadableSpan): RecordedSpan {
  const { traceId, spanId } = span.spanContext();
  const { name, attributes, parentSpanContext, status } = span;
  return {
    name,
    traceId,
    spanId,
    parentSpanId: parentSpanContext?.spanId,
    attributes,
    failed: status.code === SpanStatusCode.ERROR,
  };
}
