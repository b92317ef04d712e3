import { FontChecks } from '../../fonts/font-checks.ts';
import type { Libraries } from '../../fonts/libraries.ts';
import { hostEnvironment } from '../../host-environment.ts';
import type { ResolvedScribusRendererOptions } from '../../scribus-renderer-options.ts';
import { scribusCommand } from '../../scripter-path.ts';
import { openJobWorkspace } from '../job-workspace.ts';
import { writePreferences } from '../preferences.ts';
import type { ScribusEngine } from '../scribus-engine.ts';
import { ForkServer } from './fork-server.ts';
import { ForkedProcess } from './forked-process.ts';
import { ForkedTemplate } from './forked-template.ts';
import { GhostscriptAnswers } from './ghostscript-answers.ts';
import { WarmPool } from './warm-pool.ts';

/** Keeps one Scribus warm. */
export interface WarmEngine extends ScribusEngine {
  /** Ends what is kept between jobs; the next start, if there is one, makes it anew. */
  rest(): void;
}

/** Forks the process of each job from a Scribus that is warm. Linux only. */
export function createWarmEngine(options: ResolvedScribusRendererOptions, libraries: Libraries): WarmEngine {
  const { cacheDirectory, scribus, fontDirectories, slots, logger } = options;
  const fontChecks = cacheDirectory === 'none' ? undefined : new FontChecks(cacheDirectory, logger);
  // Of a Scribus that another program starts, as in a container, nobody knows which Ghostscript it finds.
  const isOurs = scribus.length === 1;
  const ghostscript = isOurs && cacheDirectory !== 'none' ? new GhostscriptAnswers(cacheDirectory, logger) : undefined;
  const closing = new AbortController();
  let keeping: Promise<unknown> = Promise.resolve();
  const open = async (): Promise<ForkServer> => {
    const workspace = await openJobWorkspace(options.temporaryDirectory, libraries, 'scribus');
    const sources = { scribus, fontDirectories, libraryStamp: await libraries.stamp() };
    const [environment = workspace.environment] = await Promise.all([
      ghostscript?.shorten(workspace.directory, workspace.environment),
      writePreferences(workspace.home),
      fontChecks?.restore(workspace.home, sources),
    ]);
    const command = scribusCommand(scribus, 'warm', `places=${slots}`);
    const server = new ForkServer(command, { ...workspace, environment }, options);
    const keep = async () => {
      await server.ready;
      await fontChecks?.keep(workspace.home, sources);
      await ghostscript?.learn(hostEnvironment(), closing.signal);
    };
    // Of one that doesn't start, whoever waits for it hears.
    const kept = keep().catch(() => undefined);
    keeping = Promise.all([keeping, kept]);
    return server;
  };
  const renewal = { ...options.renewal, libraryStamp: () => libraries.stamp() };
  const pool = new WarmPool(open, renewal, { ...options, startMs: options.limits.startMs });
  return {
    startAhead: () => pool.startAhead(),
    start: (workspace) => new ForkedProcess(pool, workspace, options.maxLogBytes),
    startTemplate: (workspace) => new ForkedTemplate(pool, workspace, options.maxLogBytes),
    rest: () => pool.rest(),
    close: async () => {
      closing.abort();
      await pool.close();
      await keeping;
    },
  };
}
