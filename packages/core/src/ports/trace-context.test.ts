import { describe, expect, it } from 'vitest';
import { readTraceContext } from './trace-context.ts';

const ids = `${'1'.repeat(32)}-${'2'.repeat(16)}`;

describe('the headers of a trace', () => {
  it('are read, with their state', () => {
    const traceparent = `00-${ids}-01`;
    expect(readTraceContext({ traceparent })).toEqual({ traceparent });
    expect(readTraceContext({ traceparent, tracestate: 'a=b' })).toEqual({ traceparent, tracestate: 'a=b' });
  });

  it('of a later version are read as far as this one knows them', () => {
    expect(readTraceContext({ traceparent: `cc-${ids}-01-more` })).toEqual({ traceparent: `00-${ids}-01` });
  });

  it.each([
    undefined,
    '',
    'garbage',
    `00-${ids}`,
    `00-${ids}-01-more`,
    `00-${ids}-1`,
    `ff-${ids}-01`,
    `00-${'0'.repeat(32)}-${'2'.repeat(16)}-01`,
    `00-${'1'.repeat(32)}-${'0'.repeat(16)}-01`,
    `00-${ids.replace('1', 'A')}-01`,
    `00-${ids}-01\n`,
    ` 00-${ids}-01`,
  ])('are as good as absent when they are %j', (traceparent) => {
    expect(readTraceContext({ traceparent, tracestate: 'a=b' })).toBeUndefined();
  });

  it.each(['x'.repeat(513), 'a=\0', 'a=ä'])('keep no state that is not one (%#)', (tracestate) => {
    expect(readTraceContext({ traceparent: `00-${ids}-01`, tracestate })).toEqual({ traceparent: `00-${ids}-01` });
  });
});
