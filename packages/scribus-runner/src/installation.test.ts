import { expect, it, onTestFinished, vi } from 'vitest';
import { createEngine } from './engine/create-engine.ts';
import { Libraries } from './fonts/libraries.ts';
import { Installation } from './installation.ts';
import { resolveScribusRendererOptions } from './scribus-renderer-options.ts';

it('calls Scribus unavailable, and not the call cancelled, when the time is up before Scribus was started', async () => {
  const options = resolveScribusRendererOptions({ scribus: ['sleep', '1000'] });
  const libraries = new Libraries(options);
  onTestFinished(() => libraries.close());
  const installation = new Installation(options, { engine: createEngine(options, libraries), libraries });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });

  const probed = installation.probe(new AbortController().signal);
  // On a busy machine this much time can pass before the directory for it is made.
  vi.advanceTimersByTime(10_000);

  await expect(probed).rejects.toMatchObject({ code: 'RENDERER_UNAVAILABLE' });
});
