import { PubpipeError, type RenderStage } from '@pubpipe/core/driver';
import type { ProcessEnd } from './engine/scribus-engine.ts';
import type { RenderLimits } from './options/render-limits.ts';
import type { PassedTogether } from './passed-together.ts';

/** The `RENDER_LIMIT` error for a process that was ended because it used too much; undefined if it was not. */
export function limitReached(
  end: ProcessEnd,
  limits: RenderLimits,
  { stage, log }: { readonly stage: RenderStage; readonly log: string },
): PubpipeError | undefined {
  const limit = nameLimit(end, limits, log);
  return limit && overLimit(limit, limits[limit], { stage, log });
}

/** @throws PubpipeError `RENDER_LIMIT` when the document has more pages than it may. */
export function checkPageCount(pageCount: number, { pages }: RenderLimits): void {
  if (pageCount > pages) throw overLimit('pages', pages, { pageCount });
}

/** @throws PubpipeError `RENDER_LIMIT` when the output files together are larger than they may be. */
export function checkOutputSize(byteSize: number, { outputBytes }: RenderLimits): void {
  if (byteSize > outputBytes) throw overLimit('outputBytes', outputBytes, { byteSize });
}

/** The `RENDER_LIMIT` error for processes, or files, that are too much together. */
export const passedTogether = (
  { limit, value }: PassedTogether,
  at: { readonly stage: RenderStage; readonly log: string },
): PubpipeError => overLimit(limit, value, at);

type Limit = 'cpuSeconds' | 'memoryBytes' | 'outputBytes' | 'pages';

const used: Readonly<Record<Limit | PassedTogether['limit'], string>> = {
  cpuSeconds: 'seconds of processor time',
  memoryBytes: 'bytes of memory',
  outputBytes: 'bytes of output',
  pages: 'pages',
  processes: 'processes at once',
  files: 'files',
};

function nameLimit({ signal, cpuSeconds = 0 }: ProcessEnd, limits: RenderLimits, log: string): Limit | undefined {
  if (signal === 'SIGXCPU') return 'cpuSeconds';
  if (signal === 'SIGXFSZ') return 'outputBytes';
  // A process that goes on after SIGXCPU is killed by the system.
  if (signal === 'SIGKILL' && cpuSeconds >= limits.cpuSeconds) return 'cpuSeconds';
  // C++ and Qt say so when they get no memory, and give up: by SIGSEGV where a process may not signal itself.
  if (/^SIG(ABRT|SEGV)$/.test(signal ?? '') && /bad_alloc|out of memory/i.test(log)) return 'memoryBytes';
  return undefined;
}

const overLimit = (limit: keyof typeof used, value: number, facts: Readonly<Record<string, unknown>>): PubpipeError =>
  new PubpipeError('RENDER_LIMIT', `The render needs more than the ${value} ${used[limit]} that it may use.`, {
    details: { limit, [limit]: value, ...facts },
  });
