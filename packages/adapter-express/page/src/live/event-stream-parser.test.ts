import { expect, test } from 'vitest';
import { EventStreamParser } from './event-stream-parser.ts';

const stream = 'retry: 1000\nid: 7\n\nid: 8\nevent: queued\ndata: {"a":1}\n\n:\n\nid: 9\ndata: b\ndata: c: d\n\n';

test('messages come out whole, however the stream is cut into parts', () => {
  for (const size of [1, 2, 3, 7, stream.length]) {
    const parser = new EventStreamParser();
    const parts = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
      stream.slice(index * size, (index + 1) * size),
    );
    expect(parts.flatMap((part) => parser.push(part))).toEqual([
      { type: 'queued', data: '{"a":1}' },
      { type: 'message', data: 'b\nc: d' },
    ]);
    expect(parser.lastEventId).toBe('9');
  }
});

test('an id that comes by itself is where the stream goes on', () => {
  const parser = new EventStreamParser();
  expect(parser.push('retry: 1000\nid: 7\n\n')).toEqual([]);
  expect(parser.lastEventId).toBe('7');
});

test('a message that broke off in the middle is asked for again', () => {
  const parser = new EventStreamParser();
  parser.push('id: 7\ndata: a\n\nid: 8\nevent: failed\ndata: b');
  parser.restart();
  expect(parser.lastEventId).toBe('7');
  expect(parser.push('id: 8\ndata: b\n\n')).toEqual([{ type: 'message', data: 'b' }]);
});

test('line ends of other systems are understood', () => {
  expect(new EventStreamParser().push('event: done\r\ndata: a\r\n\r\n')).toEqual([{ type: 'done', data: 'a' }]);
});
