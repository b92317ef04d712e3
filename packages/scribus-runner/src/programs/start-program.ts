import type { ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import type { ProcessEnd } from '../engine/scribus-engine.ts';

// What a program leaves in its pipes is at most some 100 KiB, and at hand.
const maxReadMs = 1000;

/** A program that is running, or that could not be started. */
export interface StartedProgram {
  /** Its process; it has no `pid` if it could not be started. */
  readonly child: ChildProcess;
  /** Descriptor 3, to write requests to. */
  readonly requests: Duplex;
  /** Descriptor 4, to read answers from. */
  readonly answers: Duplex;
  /** Resolves when its process has ended, or could not be started. Never rejects. */
  readonly ended: Promise<ProcessEnd & { readonly startError: NodeJS.ErrnoException | undefined }>;
  /**
   * Lets go of the descriptors of an ended program. What it has written is read before, but nobody is waited
   * for who has them from it and lives on.
   */
  readonly disconnect: () => Promise<void>;
}

/** Starts a program in a session, and so a process group, of its own. */
export function startProgram(
  [program, ...args]: readonly [string, ...string[]],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): StartedProgram {
  const running = execa(program, args, {
    ...options,
    extendEnv: false,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
    buffer: false,
    reject: false,
  });
  const child = running.nodeChildProcess;
  // Node makes every further pipe a socket that reads and writes.
  const [, stdout, stderr, requests, answers] = running.stdio as unknown as readonly Duplex[];
  if (requests === undefined || answers === undefined) throw new TypeError('The pipes to the program are missing.');
  const ended = new Promise<ProcessEnd>((resolve) => {
    // `exit`, not `close`: a process that has left the group can hold the descriptors for ever.
    child.once('exit', (exitCode, signal) => resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined }));
  });
  return {
    child,
    requests,
    answers,
    ended:
      running.pid === undefined
        ? running.then(({ exitCode, signal, cause }) => ({
            exitCode,
            signal,
            startError: cause as NodeJS.ErrnoException,
          }))
        : ended.then((end) => ({ ...end, startError: undefined })),
    disconnect: async () => {
      requests.destroy();
      const closed = new AbortController();
      const patience = sleep(maxReadMs, undefined, { signal: closed.signal }).catch(() => undefined);
      await Promise.race([running.finally(() => closed.abort()), patience]);
      for (const stream of [stdout, stderr, answers]) stream?.destroy();
    },
  };
}
