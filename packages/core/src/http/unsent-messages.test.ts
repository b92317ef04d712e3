import { expect, it } from 'vitest';
import { UnsentMessages } from './unsent-messages.ts';

const block = (text: string) => Buffer.from(text);
const never = new AbortController().signal;

function open(maxBytes = 10) {
  let changes = 0;
  const onChange = () => {
    changes += 1;
  };
  return { unsent: new UnsentMessages({ maxBytes, onChange }), changes: () => changes };
}

it('hands out all that waits at once, in order', () => {
  const { unsent, changes } = open();
  expect(unsent.take()).toBeUndefined();
  unsent.add(block('ab'));
  unsent.add(block('c'));
  expect([changes(), String(unsent.take()), unsent.take()]).toEqual([2, 'abc', undefined]);
});

it('has no room beyond its bound, and counts what was taken until it was sent', async () => {
  const { unsent } = open();
  unsent.add(block('12345678'));
  expect([unsent.hasRoomFor(block('90')), unsent.hasRoomFor(block('901'))]).toEqual([true, false]);
  unsent.take();
  expect([unsent.byteSize, unsent.hasRoomFor(block('901'))]).toEqual([8, false]);
  let hasRoom = false;
  const waiting = unsent.roomFor(block('901'), never).then(() => {
    hasRoom = true;
  });
  await Promise.resolve();
  expect(hasRoom).toBe(false);
  unsent.sent();
  await waiting;
  expect([unsent.byteSize, hasRoom]).toEqual([0, true]);
});

it('counts what came while something was on its way', () => {
  const { unsent } = open();
  unsent.add(block('1234'));
  unsent.take();
  unsent.add(block('56'));
  unsent.sent();
  expect([unsent.byteSize, String(unsent.take())]).toEqual([2, '56']);
});

it('takes a block that is larger than the bound when nothing else waits, and only then', () => {
  const { unsent } = open(4);
  const large = block('123456');
  expect(unsent.hasRoomFor(large)).toBe(true);
  unsent.add(block('1'));
  expect(unsent.hasRoomFor(large)).toBe(false);
});

it('waits for room no longer than its caller', async () => {
  const { unsent } = open(1);
  unsent.add(block('1'));
  const leaving = new AbortController();
  const waiting = unsent.roomFor(block('2'), leaving.signal);
  leaving.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
});

it('ends behind what is there, in order or with a failure', () => {
  for (const failure of [undefined, new Error('away')]) {
    const { unsent } = open();
    unsent.add(block('1'));
    unsent.end({ failure });
    expect([unsent.hasEnded, String(unsent.take())]).toEqual([false, '1']);
    expect(unsent.hasEnded).toBe(true);
    if (failure === undefined) unsent.throwFailure();
    else expect(() => unsent.throwFailure()).toThrow(failure);
  }
});
