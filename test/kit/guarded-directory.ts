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

// Processes that write into the directory may end a little later than ours: rm may meet the last of them. Where nobody has
// ended them in order, as after SIGKILL, one that has just been started may still make the directory anew.
const guardian = `
read -r asked
for _ in 1 2 3 4 5 6 7 8; do rm -rf -- "$1" && [ "$asked" ] && exit 0; sleep 1; done
! [ -e "$1" ]`;

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
      shell.stdin.end('remove\n');
      const [status] = await exited;
      if (status !== 0) throw new Error(`Cannot remove ${path}`);
    },
  };
}
