import { expect, it } from 'vitest';
import { readLines } from './read-lines.ts';

const read = (pieces: readonly string[], maxLineBytes = 100) =>
  Array.fromAsync(
    readLines(
      (async function* () {
        for (const piece of pieces) yield Buffer.from(piece, 'latin1');
      })(),
      maxLineBytes,
    ),
  );

it('splits lines wherever the pieces are cut, also within a character', async () => {
  const bytes = Buffer.from('ä\nbc\n\nd\n').toString('latin1');

  for (let cut = 0; cut <= bytes.length; cut += 1) {
    expect(await read([bytes.slice(0, cut), bytes.slice(cut)])).toEqual(['ä', 'bc', '', 'd']);
  }
});

it('drops a last line that was cut off', async () => {
  expect(await read(['whole\nhal', 'f'])).toEqual(['whole']);
});

it('refuses a line without end', async () => {
  await expect(read(['12345', '67890'], 9)).rejects.toThrow(RangeError);
});
