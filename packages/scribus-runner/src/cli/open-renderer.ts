import { resolve } from 'node:path';
import { isPubpipeError } from '@pubpipe/core/driver';
import { ScribusRenderer } from '../scribus-renderer.ts';
import { resolveScribusRendererOptions } from '../scribus-renderer-options.ts';
import { needDirectory } from './output-target.ts';
import type { RenderFlags } from './render-flags.ts';
import { UsageError } from './usage-error.ts';

/** What a renderer can be told by flags. */
type RendererFlags = Pick<RenderFlags, 'scribus' | 'jobs' | 'sandbox' | 'fontDirectories' | 'profileDirectories'> & {
  readonly recordsPerProcess?: number | undefined;
};

/** Builds the renderer that flags ask for. Throws a {@link UsageError}. */
export function openRenderer(flags: RendererFlags): ScribusRenderer {
  const { scribus, jobs, sandbox, fontDirectories, profileDirectories, recordsPerProcess } = flags;
  for (const directory of fontDirectories) needDirectory('--font-directory', directory);
  for (const directory of profileDirectories) needDirectory('--profile-directory', directory);
  try {
    const options = resolveScribusRendererOptions({
      scribus,
      slots: jobs,
      recordsPerProcess,
      sandbox,
      fontDirectories: fontDirectories.map((directory) => resolve(directory)),
      profileDirectories: profileDirectories.map((directory) => resolve(directory)),
    });
    return new ScribusRenderer(options);
  } catch (error) {
    throw isPubpipeError(error) ? new UsageError(error.message, { cause: error }) : error;
  }
}
