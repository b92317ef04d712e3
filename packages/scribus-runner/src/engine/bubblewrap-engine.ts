import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { ResolvedScribusRendererOptions } from '../scribus-renderer-options.ts';
import { scribusCommand, scripterPath } from '../scripter-path.ts';
import { bubblewrapCommand, endUnderBubblewrap } from './bubblewrap.ts';
import { ColdProcess } from './cold-process.ts';
import type { ScribusEngine } from './scribus-engine.ts';

/** Starts a new Scribus for each job, under bubblewrap, where it sees the files of that job only. */
export function createBubblewrapEngine(
  options: Pick<ResolvedScribusRendererOptions, 'scribus' | 'maxLogBytes' | 'logger'>,
): ScribusEngine {
  const { scribus, maxLogBytes, logger } = options;
  const ofRunner = [dirname(scripterPath), ...pathsOfProgram(scribus[0])];
  const run = scribusCommand(scribus, 'once', 'in-bubblewrap');
  return {
    startAhead: () => Promise.resolve(),
    start(workspace, { readPaths, writePaths }) {
      const bubblewrap = bubblewrapCommand({ readPaths: [...ofRunner, ...readPaths], writePaths });
      return new ColdProcess([...bubblewrap, ...run], workspace, { maxLogBytes, logger, toEnd: endUnderBubblewrap });
    },
    startTemplate: () => undefined,
    close: () => Promise.resolve(),
  };
}

/** A program that is named by its path may lie elsewhere than the system's, with its libraries and data beside it. */
function pathsOfProgram(program: string): readonly string[] {
  if (!isAbsolute(program)) return [];
  const places = [program];
  try {
    places.push(realpathSync(program));
  } catch {
    // That it is not there is told when it is started.
  }
  return places.flatMap((place) => {
    const prefix = dirname(dirname(place));
    return [place, join(prefix, 'lib'), join(prefix, 'share')];
  });
}
