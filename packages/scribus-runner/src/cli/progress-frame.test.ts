import { expect, it } from 'vitest';
import { drawProgress, type ProgressState } from './progress-frame.ts';

const wide = { columns: 80, rows: 24 };
const flyer = { name: 'flyer.sla', seconds: 7, progress: { stage: 'exporting', pageCount: 4, pagesDone: 2 } } as const;
const card = { name: 'card.sla', seconds: 0, progress: { stage: 'waiting' } } as const;
const state: ProgressState = { running: [flyer, card], done: 1, failed: 0, total: 4, imagesOf: (pages) => pages };

it('draws a line for each document, and one for all', () => {
  expect(drawProgress(state, wide)).toEqual([
    '[######----] exporting 2/4         7 s  flyer.sla',
    '[----------] waiting               0 s  card.sla',
    '[####------] 1 of 4 documents',
  ]);
});

it('has no line for all when there is only one document', () => {
  expect(drawProgress({ ...state, running: [flyer], total: 1 }, wide)).toHaveLength(1);
});

it('counts pages where no images are made, and says how many documents have failed', () => {
  expect(drawProgress({ ...state, running: [flyer], failed: 1, imagesOf: () => 0 }, wide)).toEqual([
    '[##--------] exporting 4 pages     7 s  flyer.sla',
    '[###-------] 1 of 4 documents, 1 failed',
  ]);
});

it('shows the end of a path that is too long', () => {
  const deep = { ...flyer, name: 'orders/2026/flyer.sla' };

  expect(drawProgress({ ...state, running: [deep], total: 1 }, { columns: 50, rows: 24 })).toEqual([
    '[######----] exporting 2/4         7 s  …flyer.sla',
  ]);
});

it('stays inside of the terminal', () => {
  const many = {
    ...state,
    running: Array.from({ length: 100 }, () => ({ ...flyer, name: '😀\u001b[9A\n'.repeat(50) })),
  };

  const lines = drawProgress(many, { columns: 60, rows: 10 });

  expect(lines).toHaveLength(9);
  expect(lines.at(-1)).toContain('1 of 4 documents');
  for (const line of lines) {
    expect(Array.from(line).length).toBeLessThanOrEqual(60);
    expect(line).not.toMatch(/\p{Cc}|\p{Cs}/u);
  }
  expect(drawProgress(many, { columns: 10, rows: 1 })).toHaveLength(2);
});
