import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DocumentProgress } from './document-progress.ts';
import { createTerminalProgress } from './terminal-progress.ts';

beforeEach(() => void vi.useFakeTimers({ now: 10_000 }));
afterEach(() => void vi.useRealTimers());

const printing: DocumentProgress = { name: 'menu', step: 'exporting', pagesDone: 1, pageCount: 4, startedAt: 7_900 };
const done: DocumentProgress = {
  name: 'newsletter',
  step: 'completed',
  pagesDone: 4,
  pageCount: 4,
  startedAt: 7_000,
  endedAt: 9_500,
};

function createView({ columns = 80, color = false }: { columns?: number; color?: boolean } = {}) {
  const writes: string[] = [];
  const write = (text: string) => writes.push(text);
  const view = createTerminalProgress({ columns, write }, { names: ['menu', 'newsletter'], color });
  return { view, writes };
}

test('each document has one line, in the order in which they came', () => {
  const { view, writes } = createView();
  view.show(printing);
  view.show(done);
  view.close();
  expect(stripVTControlCharacters(writes.join('')).trim().split('\n')).toEqual([
    '⠴ menu        ━━━━━───────────────   2.1 s  page images: 1 of 4',
    '✔ newsletter  ━━━━━━━━━━━━━━━━━━━━   2.5 s  done: 4 pages',
  ]);
});

test('a redraw starts where the last one did', () => {
  const { view, writes } = createView();
  view.show(printing);
  view.show(done);
  vi.advanceTimersByTime(80);
  vi.advanceTimersByTime(80);
  expect(writes[1]?.startsWith('\r\u001B[0J')).toBe(true);
  expect(writes[2]?.startsWith('\u001B[2A\r\u001B[0J')).toBe(true);
  view.close();
});

test('the spinner and the seconds go on while nothing is reported', () => {
  const { view, writes } = createView();
  view.show(printing);
  vi.advanceTimersByTime(80);
  vi.advanceTimersByTime(960);
  view.close();
  const [first = '', last = ''] = [writes[1], writes.at(-2)];
  expect(first).toContain('2.2 s');
  expect(last).toContain('3.1 s');
  expect(first.match(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/)?.[0]).not.toBe(last.match(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/)?.[0]);
});

test('the cursor is hidden while lines are drawn, and comes back', () => {
  const { view, writes } = createView();
  expect(writes[0]).toBe('\u001B[?25l');
  view.close();
  expect(writes.at(-1)).toBe('\u001B[?25h');
});

test('a line is never as wide as the terminal', () => {
  const { view, writes } = createView({ columns: 30 });
  view.show({ ...printing, step: 'failed', failure: 'The image logo.png, which page 1 links to, is missing.' });
  view.close();
  expect(stripVTControlCharacters(writes.at(-2) ?? '').trim()).toBe('✖ menu        ━━━━━──────────');
});

test('colours are used only where they are wanted', () => {
  for (const color of [true, false]) {
    const { view, writes } = createView({ color });
    view.show(done);
    view.close();
    expect(writes.join('').includes('\u001B[32m✔\u001B[0m')).toBe(color);
  }
});
