import type { TraceContext } from './trace-context.ts';

/** Facts about a span. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** What a span stands for, and where it belongs. */
export interface SpanDescription {
  readonly name: string;
  /** `producer` hands a job on, `consumer` takes it up. @defaultValue 'internal' */
  readonly kind?: 'internal' | 'producer' | 'consumer' | undefined;
  /** What caused it, perhaps in another process. @defaultValue the span that this tracer is, or else the one that is active */
  readonly parent?: TraceContext | undefined;
  /** What caused it where there is neither a `parent` nor such a span. */
  readonly defaultParent?: TraceContext | undefined;
  /** When it began, in milliseconds since 1970. @defaultValue now */
  readonly startedAt?: number | undefined;
  readonly attributes?: SpanAttributes | undefined;
}

/** Writes down what took how long, and what caused what. No method throws by itself. */
export interface Tracer {
  /**
   * Runs `work` within a span that ends when its promise has settled, and settles as that does. A rejection is
   * written down as the span's failure.
   */
  inSpan<T>(description: SpanDescription, work: (span: Span) => Promise<T>): Promise<T>;
}

/** A span under way. Spans that are begun with it are its children. */
export interface Span extends Tracer {
  /** Where its trace goes on; absent where nothing is traced. */
  readonly traceContext: TraceContext | undefined;
  /** Adds facts. */
  setAttributes(attributes: SpanAttributes): void;
  /** Says that it failed, though its work does not reject. */
  fail(error: unknown): void;
}

const noSpan: Span = Object.freeze({
  traceContext: undefined,
  setAttributes() {},
  fail() {},
  inSpan: <T>(_: SpanDescription, work: (span: Span) => Promise<T>) => work(noSpan),
});

/** Traces nothing. */
export const noTracer: Tracer = noSpan;
