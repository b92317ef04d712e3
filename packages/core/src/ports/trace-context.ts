/** Where a trace goes on: the values of the headers that W3C's Trace Context defines. */
export interface TraceContext {
  /** Names the trace and the span of it that caused this. */
  readonly traceparent: string;
  /** What tracing systems pass on to themselves, at most 512 characters. */
  readonly tracestate?: string | undefined;
}

// https://www.w3.org/TR/trace-context/: no field is all zeros, and later versions may append more of them.
const form = /^(?!ff)([0-9a-f]{2})(-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(-.*)?$/;

/**
 * Reads the two headers as a request has them. As the standard wants it, those that are not valid are as good as
 * absent: a client's mistake about tracing costs no job.
 */
export function readTraceContext(
  headers: { readonly [Name in keyof TraceContext]?: string | undefined } = {},
): TraceContext | undefined {
  const { traceparent = '', tracestate = '' } = headers;
  const [, version, ids, more] = form.exec(traceparent) ?? [];
  if (ids === undefined || (version === '00' && more !== undefined)) return undefined;
  const known = { traceparent: `00${ids}` };
  return /^[\x20-\x7e]{1,512}$/.test(tracestate) ? { ...known, tracestate } : known;
}
