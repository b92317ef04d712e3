import { resolve } from 'node:path';
import { isPubpipeError, type Renderer } from '@pubpipe/core';
import { createScribusRenderer } from '../scribus-renderer.ts';
import { needDirectory } from './output-target.ts';
import type { RenderFlags } from './render-flags.ts';
import { UsageError } from './usage-error.ts';

/** Builds the renderer that flags ask for. Throws a {@link UsageError}. */
export function openRenderer(flags: RenderFlags): Renderer {
  const { scribus, jobs, sandbox, fontDirectories, profileDirectories } = flags;
  for (const directory of fontDirectories) needDirectory('--font-directory', directory);
  for (const directory of profileDirectories) needDirectory('--profile-directory', directory);
  try {
    return createScribusRenderer({
      scribus,
      slots: jobs,
      sandbox,
      fontDirectories: fontDirectories.map((directory) => resolve(directory)),
      profileDirectories: profileDirectories.map((directory) => resolve(directory)),
    });
  } catch (error) {
    throw isPubpipeError(error) ? new UsageError(error.message, { cause: error }) : error;
  }
}
