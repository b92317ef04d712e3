import { getEventListeners } from 'node:events';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { deterministicBytes, inChunks } from '../testing/deterministic-content.ts';
import { pullContent } from './pull-content.ts';

describe('pullContent', () => {
  it('destroys a Node stream that stalls when the signal aborts', async () => {
    const controller = new AbortController();
    const stalled = new Readable({ read() {} });
    const pull = pullContent(stalled, controller.signal).next();
    controller.abort();

    await expect(pull).rejects.toMatchObject({ code: 'CANCELLED' });

    expect(stalled.destroyed).toBe(true);
  });

  it('destroys a Node stream when the loop is left', async () => {
    const stream = Readable.from(inChunks(deterministicBytes(1_000), 10));

    for await (const chunk of pullContent(stream)) {
      expect(chunk).toHaveLength(10);
      break;
    }

    expect(stream.destroyed).toBe(true);
  });

  it('gathers no listeners on a signal that outlives it', async () => {
    const { signal } = new AbortController();

    for await (const chunk of pullContent(inChunks(deterministicBytes(1_000), 10), signal)) {
      expect(chunk).toHaveLength(10);
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    }

    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
