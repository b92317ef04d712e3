import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary directory that is removed when asked, or when this process has ended in whatever way. */
export interface GuardedDirectory {
  readonly path: string;
  remove(): Promise<void>;
}

// The processes that write into the directory end at the same moment as ours: rm may meet the last of them.
const guardian = 'cat >/dev/null; for _ in 1 2 3 4 5; do rm -rf -- "$1" && exit 0; sleep 1; done; exit 1';

/**
 * Creates a directory under the system's temporary one. A shell waits at the other end of a pipe for
 * this process to close it, which the kernel does even for a process that was killed with SIGKILL.
 */
export async function createGuardedDirectory(prefix: string): Promise<GuardedDirectory> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  const shell = spawn('sh', ['-c', guardian, 'sh', path], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  await once(shell, 'spawn');
  const exited = once(shell, 'exit');
  shell.unref();
  return {
    path,
    async remove() {
      shell.ref();
      shell.stdin.end();
      const [status] = await exited;
      if (status !== 0) throw new Error(`Cannot remove ${path}`);
    },
  };
}
