import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Renderer, RenderProgress, RenderStage } from '../../ports/renderer.ts';
import type { LaidDocument, RendererSubject } from '../describe-renderer.ts';
import { deterministicBytes } from '../deterministic-content.ts';

const reason = new Error('The customer has left.');
// Taking a place, making directories and starting a program take less.
const longestStartMs = 30;

/** Tests of renders that are ended before their time. */
export function describeEnding({ opened, lay }: RendererSubject): void {
  describe('ending', () => {
    it.each(['onProgress', 'onRendition'] as const)('fails when %s throws', async (callback) => {
      const { request } = await lay(opened().documents.sound);
      const error = new Error('The listener is broken.');

      const render = opened().renderer.render(request, {
        [callback]: () => {
          throw error;
        },
      });

      await expect(render).rejects.toMatchObject({ code: 'INTERNAL', cause: error });
    });

    it('is cancelled before it begins', async () => {
      const { request } = await lay(opened().documents.sound);
      const steps: RenderProgress[] = [];

      const render = opened().renderer.render(request, {
        signal: AbortSignal.abort(reason),
        onProgress: (step) => steps.push(step),
      });

      await expect(render).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
      expect(steps).toEqual([]);
    });

    it('is cancelled midway, and its place is free again', async () => {
      const { sound, endless } = opened().documents;
      const renders = await Promise.all(
        Array.from({ length: opened().renderer.slots }, async () => start(opened().renderer, await lay(endless))),
      );
      await Promise.all(renders.map(({ reached }) => reached('opening')));

      for (const { controller } of renders) controller.abort(reason);

      for (const { outcome } of renders) expect(await outcome).toMatchObject({ code: 'CANCELLED', cause: reason });
      expect(await opened().renderer.health()).toMatchObject({ ok: true, busy: 0 });
      const { request } = await lay(sound);
      await expect(opened().renderer.render(request)).resolves.toMatchObject({ pageCount: 3 });
    });

    it('is cancelled at whatever moment of its start', async () => {
      const document = opened().documents.sound;
      const cancelAll = async (_: unknown, seed: number): Promise<void> => {
        for (const byte of deterministicBytes(30, seed + 1)) {
          const { outcome, controller } = start(opened().renderer, await lay(document));
          await sleep((byte / 255) * longestStartMs);
          controller.abort(reason);
          expect(await outcome).toMatchObject({ code: 'CANCELLED', cause: reason });
        }
      };

      await Promise.all(Array.from({ length: opened().renderer.slots }, cancelAll));

      expect(await opened().renderer.health()).toMatchObject({ ok: true, busy: 0 });
    });

    it('renders up to slots documents at once, and more wait in line, where they can be cancelled', async () => {
      const { endless } = opened().documents;
      const renders = await Promise.all(
        Array.from({ length: opened().renderer.slots }, async () => start(opened().renderer, await lay(endless))),
      );
      await Promise.all(renders.map(({ reached }) => reached('opening')));
      const waiting = start(opened().renderer, await lay(endless));
      await waiting.reached('waiting');

      expect(await opened().renderer.health()).toMatchObject({
        busy: opened().renderer.slots,
        slots: opened().renderer.slots,
      });
      waiting.controller.abort(reason);

      expect(await waiting.outcome).toMatchObject({ code: 'CANCELLED', cause: reason });
      expect(waiting.stages).toEqual(['waiting']);
    });

    it('takes no longer than it may', async () => {
      const { request } = await lay(opened().documents.endless);

      const render = opened().renderer.render({ ...request, timeoutMs: 2500 });

      const stage = expect.stringMatching(/^(?:starting|opening)$/);
      await expect(render).rejects.toMatchObject({ code: 'RENDER_TIMEOUT', details: { stage, timeoutMs: 2500 } });
      expect(await opened().renderer.health()).toMatchObject({ ok: true, busy: 0 });
    });

    it('ends all renders under way when it is closed, and takes no more', async () => {
      const { endless } = opened().documents;
      const renders = await Promise.all(
        Array.from({ length: opened().renderer.slots + 1 }, async () => start(opened().renderer, await lay(endless))),
      );
      await Promise.any(renders.map(({ reached }) => reached('opening')));
      const { request } = await lay(opened().documents.sound);

      await Promise.all([opened().renderer.close(), opened().renderer.close()]);

      for (const { outcome } of renders) expect(await outcome).toMatchObject({ code: 'CLOSED' });
      await expect(opened().renderer.render(request)).rejects.toMatchObject({ code: 'CLOSED' });
      await expect(opened().renderer.warmUp()).rejects.toMatchObject({ code: 'CLOSED' });
      expect(await opened().renderer.health()).toMatchObject({ ok: false, busy: 0, reason: expect.any(String) });
    });
  });
}

/** Starts a render that will not end by itself. */
function start(renderer: Renderer, { request }: LaidDocument) {
  const controller = new AbortController();
  const stages: RenderStage[] = [];
  const listeners = new Set<() => void>();
  const onProgress = ({ stage }: RenderProgress) => {
    stages.push(stage);
    for (const listener of listeners) listener();
  };
  const outcome: Promise<unknown> = renderer
    .render(request, { signal: controller.signal, onProgress })
    .catch((error: unknown) => error);
  /** Resolves when the render has reached a stage; rejects if it ends before. */
  const reached = (stage: RenderStage): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => stages.includes(stage) && resolve();
      listeners.add(look);
      look();
      void outcome.then((end) => reject(new Error(`The render ended before ${stage}.`, { cause: end })));
    });
  return { controller, stages, outcome, reached };
}
