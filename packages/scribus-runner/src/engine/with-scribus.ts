import { throwIfCancelled } from '@pubpipe/core/driver';
import type { JobReach } from './job-reach.ts';
import type { JobWorkspace } from './job-workspace.ts';
import type { ScribusEngine, ScribusProcess } from './scribus-engine.ts';

/**
 * Starts a Scribus for `work` and leaves none behind: when `signal` aborts it is killed at once, at
 * whatever moment that is, and when `work` has failed; when it is done it is finished.
 *
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` has aborted before
 * anything was started.
 */
export async function withScribus<Result>(
  {
    engine,
    workspace,
    reach,
    signal,
  }: { engine: Pick<ScribusEngine, 'start'>; workspace: JobWorkspace; reach: JobReach; signal: AbortSignal },
  work: (scribus: ScribusProcess) => Promise<Result>,
): Promise<Result> {
  throwIfCancelled(signal);
  const scribus = engine.start(workspace, reach);
  // What fails here is the start, of which `work` hears through `ended`.
  const kill = () => scribus.kill().catch(() => undefined);
  signal.addEventListener('abort', kill, { once: true });
  // An abort that has happened is not told to a listener that comes later.
  if (signal.aborted) void kill();
  try {
    const result = await work(scribus);
    // What fails here is the start too, and the work is done.
    await scribus.finish().catch(() => undefined);
    return result;
  } catch (error) {
    await kill();
    throw error;
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
