import type { ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { execa } from 'execa';
import type { ProcessEnd } from '../engine/scribus-engine.ts';

/** A program that is running, or that could not be started. */
export interface StartedProgram {
  /** Its process; it has no `pid` if it could not be started. */
  readonly child: ChildProcess;
  /** Descriptor 3, to write requests to. */
  readonly requests: Duplex;
  /** Descriptor 4, to read answers from. */
  readonly answers: Duplex;
  /** Resolves when it has ended and nobody holds its descriptors any more. Never rejects. */
  readonly ended: Promise<ProcessEnd & { readonly startError: NodeJS.ErrnoException | undefined }>;
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
  // Node makes every further pipe a socket that reads and writes.
  const [, , , requests, answers] = running.stdio as unknown as readonly Duplex[];
  if (requests === undefined || answers === undefined) throw new TypeError('The pipes to the program are missing.');
  return {
    child: running.nodeChildProcess,
    requests,
    answers,
    ended: running.then(({ exitCode, signal, cause }) => ({
      exitCode,
      signal,
      // With a process there can still be an error: that its pipes were closed, which is nothing new.
      startError: running.pid === undefined ? (cause as NodeJS.ErrnoException) : undefined,
    })),
  };
}
