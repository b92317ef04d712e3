import { expect, it } from 'vitest';
import { seededRandom } from '../../../test/fixtures/random.ts';
import { type Corner, traceModules } from './trace-modules.ts';

/** Whether a place is inside by the even-odd rule: how often a line from it to the left crosses an edge. */
function isInside(loops: readonly (readonly Corner[])[], x: number, y: number): boolean {
  let crossings = 0;
  for (const loop of loops) {
    for (const [index, [fromX, fromY]] of loop.entries()) {
      const [, toY] = loop[(index + 1) % loop.length] ?? [0, 0];
      if (fromX < x && Math.min(fromY, toY) < y && y < Math.max(fromY, toY)) crossings += 1;
    }
  }
  return crossings % 2 === 1;
}

it('goes around exactly what is dark, with corners only', () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const random = seededRandom(seed);
    const [columns, rows] = [1 + random.below(9), 1 + random.below(9)];
    const modules = Uint8Array.from({ length: columns * rows }, () => random.below(2));

    const loops = traceModules({ columns, rows, modules });

    const filled = Uint8Array.from(modules, (_, index) =>
      isInside(loops, (index % columns) + 0.5, Math.floor(index / columns) + 0.5) ? 1 : 0,
    );
    expect(filled).toEqual(modules);
    for (const loop of loops) {
      for (const [index, [x, y]] of loop.entries()) {
        const [nextX, nextY] = loop[(index + 1) % loop.length] ?? [];
        const [afterX, afterY] = loop[(index + 2) % loop.length] ?? [];
        expect((x === nextX) !== (y === nextY)).toBe(true);
        expect((x === nextX && nextX === afterX) || (y === nextY && nextY === afterY)).toBe(false);
      }
    }
  }
});

it('makes one square of a dark area', () => {
  expect(traceModules({ columns: 3, rows: 3, modules: new Uint8Array(9).fill(1) })).toEqual([
    [
      [0, 0],
      [3, 0],
      [3, 3],
      [0, 3],
    ],
  ]);
});
