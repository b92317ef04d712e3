import process from 'node:process';
import { type ErrorCode, isPubpipeError } from '@pubpipe/core';
import { expect, it } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { seededRandom } from '../fixtures/random.ts';
import { openRendererForTest } from './open-renderer.ts';
import { processesOf } from './renderer-processes.ts';

const renders = 16;
const maxRounds = 5;

const modes = ['warm', 'cold'] as const;

it.each(modes)(
  'survives SIGKILL of any of its processes at any moment, in mode %s',
  { timeout: 300_000 },
  async (mode) => {
    const opened = await openRendererForTest({ mode });
    const random = seededRandom(1);
    const kills: Promise<Killed | undefined>[] = [];
    const onProgress = () => {
      if (random.below(4) === 0) kills.push(killOneOf(opened.temporaryDirectory, random.of));
    };
    const render = () =>
      opened.render(documents.sound, { renditions: [{ kind: 'pdf' }, { kind: 'png' }] }, { onProgress });

    const killed = new Set<Killed>();
    // Until both were among those that the choice fell on.
    for (let round = 0; round < maxRounds && killed.size < 2; round += 1) {
      const outcomes = await Promise.allSettled(Array.from({ length: renders }, render));
      for (const kind of await Promise.all(kills)) if (kind !== undefined) killed.add(kind);
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') expect.soft(outcome.value.result.renditions).toHaveLength(4);
        else expect.soft(codeOf(outcome.reason), String(outcome.reason)).toBe('RENDERER_CRASHED');
      }
    }

    expect(killed).toEqual(new Set(['parent', 'child']));
    // It works on, with nobody to disturb it.
    await expect(opened.render(documents.sound)).resolves.toMatchObject({ result: { pageCount: 3 } });
    await opened.renderer.close();
    expect(await opened.processes()).toEqual([]);
    expect(await opened.temporaryFiles()).toEqual([]);
  },
);

/** Whether it was started by the renderer, or is a process of one that was. */
type Killed = 'parent' | 'child';

/** Kills a process of a renderer, whichever the choice falls on. */
async function killOneOf(
  temporaryDirectory: string,
  choose: <Value>(values: readonly Value[]) => Value,
): Promise<Killed | undefined> {
  const processes = await processesOf(temporaryDirectory);
  if (processes.length === 0) return undefined;
  const { id, parentId } = choose(processes);
  try {
    process.kill(id, 'SIGKILL');
    return parentId === process.pid ? 'parent' : 'child';
  } catch {
    // It has ended by itself since it was seen.
    return undefined;
  }
}

/** A Scribus that dies before it has begun with the document says what it says of one that can't start. */
function codeOf(reason: unknown): ErrorCode | undefined {
  if (!isPubpipeError(reason)) return undefined;
  const { code, details } = reason;
  const diedAtStart =
    code === 'RENDERER_UNAVAILABLE' && details['stage'] === 'starting' && details['signal'] === 'SIGKILL';
  return diedAtStart ? 'RENDERER_CRASHED' : code;
}
