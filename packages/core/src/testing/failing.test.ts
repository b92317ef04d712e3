import { expect, test } from 'vitest';
import { failing } from './failing.ts';

class Counter {
  #count = 0;
  async add(amount: number): Promise<number> {
    this.#count += amount;
    return this.#count;
  }
  async read(): Promise<number> {
    return this.#count;
  }
}

const error = new Error('away');

test('a call that fails before is never made', async () => {
  const counter = failing(new Counter(), { add: (call) => (call === 2 ? { when: 'before', error } : undefined) });
  expect(await counter.add(1)).toBe(1);
  await expect(counter.add(1)).rejects.toBe(error);
  expect(await counter.add(1)).toBe(2);
});

test('a call that fails after has been made', async () => {
  const counter = failing(new Counter(), { add: () => ({ when: 'after', error }) });
  await expect(counter.add(5)).rejects.toBe(error);
  expect(await counter.read()).toBe(5);
});

test('the decision sees the arguments, and the call waits for it', async () => {
  const decision = Promise.withResolvers<undefined>();
  const seen: number[] = [];
  const counter = failing(Object.freeze(new Counter()), {
    async add(_, amount) {
      seen.push(amount);
      return await decision.promise;
    },
  });
  const adding = counter.add(3);
  expect(await counter.read()).toBe(0);
  decision.resolve(undefined);
  expect(await adding).toBe(3);
  expect(seen).toEqual([3]);
});
