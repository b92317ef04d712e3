import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { unlessAborted } from './unless-aborted.ts';

const never = new Promise<never>(() => {});
const reason = new Error('The customer has left.');

describe('unlessAborted', () => {
  it('passes on what the promise comes to', async () => {
    const { signal } = new AbortController();

    await expect(unlessAborted(Promise.resolve(7), signal)).resolves.toBe(7);
    await expect(unlessAborted(Promise.reject(reason), signal)).rejects.toBe(reason);
    await expect(unlessAborted(Promise.resolve(7), undefined)).resolves.toBe(7);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('waits no longer than until the signal aborts', async () => {
    const controller = new AbortController();
    const result = unlessAborted(never, controller.signal);

    controller.abort(reason);

    await expect(result).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
  });

  it('waits for nothing when the signal has aborted before', async () => {
    await expect(unlessAborted(never, AbortSignal.abort(reason))).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
