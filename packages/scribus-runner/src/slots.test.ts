import { PubpipeError } from '@pubpipe/core/driver';
import { expect, it } from 'vitest';
import { Slots } from './slots.ts';

const { signal } = new AbortController();

it('hands free places over in the order in which they were asked for', async () => {
  const slots = new Slots(1);
  const order: string[] = [];
  const first = await slots.take(signal);
  const second = slots.take(signal).then((giveBack) => {
    order.push('second');
    return giveBack;
  });
  const third = slots.take(signal).then((giveBack) => {
    order.push('third');
    return giveBack;
  });

  first();
  (await second)();
  (await third)();

  expect(order).toEqual(['second', 'third']);
  expect(slots.taken).toBe(0);
});

it('gives a place back once, however often it is asked to', async () => {
  const slots = new Slots(2);
  const giveBack = await slots.take(signal);
  await slots.take(signal);

  giveBack();
  giveBack();

  expect(slots.taken).toBe(1);
});

it('lets those who wait leave the line', async () => {
  const slots = new Slots(1);
  const giveBack = await slots.take(signal);
  const leaving = new AbortController();
  const left = slots.take(leaving.signal).catch((error: unknown) => error);
  const waiting = slots.take(signal);

  leaving.abort();
  giveBack();

  expect(await left).toMatchObject({ code: 'CANCELLED' });
  await waiting;
  expect(slots.taken).toBe(1);
});

it('takes no place for somebody who has left already', async () => {
  const slots = new Slots(1);
  const closed = new PubpipeError('CLOSED', 'Closed.');

  await expect(slots.take(AbortSignal.abort(closed))).rejects.toBe(closed);

  expect(slots.taken).toBe(0);
});
