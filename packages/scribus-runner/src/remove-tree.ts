import { rm, rmdir } from 'node:fs/promises';
import { hostEnvironment } from './host-environment.ts';
import { runProgram } from './programs/run-program.ts';

const maxMs = 60_000;
/** What `rm` of Node meets in what a document that has taken its process over can make of a directory. */
const leftToPrograms: ReadonlySet<unknown> = new Set(['ENAMETOOLONG', 'EACCES', 'EPERM', 'ENOTEMPTY']);

/**
 * Removes a directory of ours with all it holds, whatever that is; no process writes into it any more. Idempotent.
 *
 * Rejects with the system's error when it can't be removed.
 */
export async function removeTree(directory: string): Promise<void> {
  // Most have been emptied before: that takes one step instead of many.
  if (await isRemovedEmpty(directory)) return;
  try {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    if (!leftToPrograms.has((error as NodeJS.ErrnoException).code)) throw error;
    // These go down step by step, where a path would be too long, and open folders that were closed to us.
    await run('chmod', '-R', 'u+rwX', '--', directory);
    if (!(await run('rm', '-rf', '--', directory))) throw error;
  }
}

const isRemovedEmpty = (directory: string): Promise<boolean> =>
  rmdir(directory).then(
    () => true,
    () => false,
  );

async function run(...command: readonly [string, ...string[]]): Promise<boolean> {
  const { signal } = new AbortController();
  const options = { env: hostEnvironment(), timeoutMs: maxMs, maxOutputBytes: 1_000_000, signal };
  return (await runProgram(command, options)).failure === undefined;
}
