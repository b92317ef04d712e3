import { expect, it } from 'vitest';
import { parseServerMessage } from './server-message.ts';

const messages = {
  forked: { type: 'forked', job: '1', pid: 2, startTime: 3 },
  said: { type: 'said', job: '1', bytes: 'x' },
  ended: { type: 'ended', job: '1', exitCode: null, signal: 'SIGKILL', cpuSeconds: 0.5, serverKib: 1 },
} as const;

it.each(Object.entries(messages))('reads a message: %s', (_, message) => {
  expect(parseServerMessage(JSON.stringify(message))).toEqual(message);
});

it('reads the end of a job that was never begun', () => {
  const ended = { type: 'ended', job: '1', exitCode: null, signal: null, error: 'no room' };

  expect(parseServerMessage(JSON.stringify(ended))).toEqual(ended);
});

it.each([
  ['a hello without protections', '{"type":"hello","protocol":2,"scribus":"1.5.8","pid":1}'],
  ['a process without a number', '{"type":"forked","job":"1","startTime":3}'],
  ['the first process of the system in the group of nobody', '{"type":"forked","job":"1","pid":0,"startTime":3}'],
  ['a number that no process can have', '{"type":"forked","job":"1","pid":4294967296,"startTime":3}'],
  ['an answer of a job', '{"type":"done"}'],
  ['nonsense', 'boo'],
])('takes %s for no message', (_, line) => {
  expect(parseServerMessage(line)).toBeUndefined();
});
