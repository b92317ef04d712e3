import { type ColorProfile, type FontFace, throwIfCancelled } from '@pubpipe/core/driver';
import type { JobReach } from '../engine/job-reach.ts';
import type { JobWorkspace } from '../engine/job-workspace.ts';
import type { ScribusEngine } from '../engine/scribus-engine.ts';
import { withScribus } from '../engine/with-scribus.ts';
import { checkProtocol, crashed } from '../render-failures.ts';

/**
 * Asks a Scribus which fonts and ICC profiles every document can use.
 *
 * @throws PubpipeError `RENDERER_UNAVAILABLE` when it can't be started or ends without an answer.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function askLibraries(
  profileDirectories: readonly string[],
  using: {
    readonly engine: ScribusEngine;
    readonly workspace: JobWorkspace;
    readonly reach: JobReach;
    readonly signal: AbortSignal;
  },
): Promise<{ readonly fonts: readonly FontFace[]; readonly profiles: readonly ColorProfile[] }> {
  return await withScribus(using, async (scribus) => {
    for await (const answer of scribus.answers) {
      if (answer.type === 'libraries') {
        return { fonts: answer.fonts.map(withoutPath), profiles: answer.profiles.map(withoutPath) };
      }
      if (answer.type !== 'hello') continue;
      checkProtocol(answer.protocol);
      scribus.send({ type: 'libraries', profileDirectories });
    }
    const end = scribus.babble === undefined ? await scribus.ended() : await scribus.kill();
    throwIfCancelled(using.signal);
    throw crashed(end, { stage: 'starting', babble: scribus.babble, log: scribus.log() });
  });
}

/** Callers are told of no path of this machine. */
function withoutPath<Described extends { readonly path: string }>(described: Described): Omit<Described, 'path'> {
  return Object.fromEntries(Object.entries(described).filter(([field]) => field !== 'path')) as Omit<Described, 'path'>;
}
