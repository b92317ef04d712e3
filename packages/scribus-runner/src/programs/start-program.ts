import { ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import process from 'node:process';
import { type Duplex, PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
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
  const child = spawnOrFail(program, args, {
    ...options,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  // Node makes every further pipe a socket that reads and writes. Where no more files may be opened there is none.
  const pipes = (child.stdio ?? []) as unknown as readonly (Duplex | undefined)[];
  const [, stdout, stderr, requests = new PassThrough(), answers = new PassThrough().end()] = pipes;
  const ended = new Promise<Awaited<StartedProgram['ended']>>((resolve) => {
    child.once('error', (startError) => resolve({ exitCode: undefined, signal: undefined, startError }));
    // Not `close`: a process that has left the group can hold the descriptors for ever.
    child.once('exit', (exitCode, signal) =>
      resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined, startError: undefined }),
    );
  });
  const closed = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  return {
    child,
    requests,
    answers,
    ended,
    disconnect: async () => {
      requests.destroy();
      const enough = new AbortController();
      const patience = sleep(maxReadMs, undefined, { signal: enough.signal }).catch(() => undefined);
      await Promise.race([closed.finally(() => enough.abort()), patience]);
      for (const stream of [stdout, stderr, answers]) stream?.destroy();
    },
  };
}

/** Node throws some errors of starting, and emits others. */
function spawnOrFail(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  try {
    return spawn(program, args, options);
  } catch (error) {
    const child = new ChildProcess();
    process.nextTick(() => child.emit('error', error));
    return child;
  }
}
