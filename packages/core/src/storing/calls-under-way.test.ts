import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { CallsUnderWay } from './calls-under-way.ts';

describe('CallsUnderWay', () => {
  it('waits on closing until the last call has ended, for each who closes', async () => {
    const calls = new CallsUnderWay('The store');
    const [first, second] = [calls.begin(), calls.begin()];
    const ended: string[] = [];
    const closing = ['one', 'two'].map(async (who) => {
      await calls.close();
      ended.push(who);
    });

    first.end();
    first.end();
    await Promise.resolve();
    expect(ended).toEqual([]);
    expect(second.signal.reason).toMatchObject({ code: 'CLOSED', message: 'The store has been closed.' });

    second.end();
    await Promise.all(closing);
    expect(ended.toSorted()).toEqual(['one', 'two']);
  });

  it('gathers no listeners on a signal that outlives its calls', async () => {
    const { signal } = new AbortController();
    const calls = new CallsUnderWay('The store');

    for (let call = 0; call < 10; call++) await calls.run(signal, async () => {});

    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('hands the reason of the caller on to the call', () => {
    const reason = new Error('The customer has left.');
    const controller = new AbortController();
    const call = new CallsUnderWay('The store').begin(controller.signal);
    controller.abort(reason);

    expect(call.signal.reason).toMatchObject({ code: 'CANCELLED', cause: reason });
  });
});
