import type { ResolvedScribusRendererOptions } from '../scribus-renderer-options.ts';
import { scribusCommand } from '../scripter-path.ts';
import { ColdProcess } from './cold-process.ts';
import type { ScribusEngine } from './scribus-engine.ts';

/** Starts a new Scribus for each job. */
export const createColdEngine = (
  options: Pick<ResolvedScribusRendererOptions, 'scribus' | 'maxLogBytes' | 'logger'>,
): ScribusEngine => ({
  startAhead: () => Promise.resolve(),
  start: (workspace) => new ColdProcess(scribusCommand(options.scribus, 'once'), workspace, options),
  startTemplate: () => undefined,
  close: () => Promise.resolve(),
});
