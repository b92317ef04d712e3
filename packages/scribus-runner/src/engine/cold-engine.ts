import type { ResolvedScribusRendererOptions } from '../scribus-renderer-options.ts';
import { scripterPath } from '../scripter-path.ts';
import { ColdProcess } from './cold-process.ts';
import type { ScribusEngine } from './scribus-engine.ts';

// `-py` must be the last option: what follows belongs to the script.
const scribusArguments = ['-platform', 'offscreen', '-g', '-ns', '-py', scripterPath] as const;

/** Starts a new Scribus for each job. */
export const createColdEngine = (
  options: Pick<ResolvedScribusRendererOptions, 'scribus' | 'maxLogBytes' | 'logger'>,
): ScribusEngine => ({
  start: (workspace) => new ColdProcess([...options.scribus, ...scribusArguments], workspace, options),
});
