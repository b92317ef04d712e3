import { expect, test } from 'vitest';
import { createProgressLines } from './progress-lines.ts';

function createLines() {
  let text = '';
  let milliseconds = 5_000;
  const view = createProgressLines({ write: (part: string) => (text += part) }, () => milliseconds);
  return { view, passTime: (by: number) => (milliseconds += by), readText: () => text };
}

test('each change is a plain line with the time since the start', () => {
  const { view, passTime, readText } = createLines();
  view.show({ name: 'menu', step: 'uploading', pagesDone: 0 });
  passTime(1_240);
  view.show({ name: 'menu', step: 'exporting', pagesDone: 1, pageCount: 4 });
  passTime(100_000);
  view.show({ name: 'menu', step: 'completed', pagesDone: 4, pageCount: 4 });
  view.close();
  expect(readText()).toBe(
    '[   0.0 s] menu: uploading\n[   1.2 s] menu: page images: 1 of 4\n[ 101.2 s] menu: done: 4 pages\n',
  );
});

test('what reads the same as before is not written again', () => {
  const { view, readText } = createLines();
  view.show({ name: 'menu', step: 'opening', pagesDone: 0 });
  view.show({ name: 'book', step: 'opening', pagesDone: 0 });
  view.show({ name: 'menu', step: 'opening', pagesDone: 0, pageCount: 2 });
  expect(readText().split('\n')).toHaveLength(3);
});
