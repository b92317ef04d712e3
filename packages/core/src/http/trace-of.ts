import { readTraceContext, type TraceContext } from '../ports/trace-context.ts';
import { type HttpRequest, headerOf } from './http-request.ts';

/** The trace that a request is part of, as its client says (W3C Trace Context). */
export function traceOf(request: Pick<HttpRequest, 'headers'>): TraceContext | undefined {
  return readTraceContext({
    traceparent: headerOf(request, 'traceparent'),
    tracestate: headerOf(request, 'tracestate'),
  });
}
