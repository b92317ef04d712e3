import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { LibraryFiles } from './library-files.ts';

/** A process that has another root. */
async function startInRoot(): Promise<{ readonly pid: number; readonly root: string }> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'library-files-test-')));
  const program = 'import os, sys, time; os.chroot(sys.argv[1]); print(flush=True); time.sleep(60)';
  const child = spawn('python3', ['-c', program, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await rm(root, { recursive: true });
  });
  await once(child.stdout, 'data');
  return { pid: child.pid as number, root };
}

const helloOf = (pid: number, bubblewrap: boolean) => {
  const protections = { noNewPrivileges: true, landlock: 0, allThreads: true, seccomp: true, limits: true, bubblewrap };
  return { type: 'hello', protocol: 2, scribus: '1.5.8', pid, protections } as const;
};
const face = { name: 'A', family: 'A', style: '', fileName: 'a.ttf', format: 'ttf', path: '/fonts/a.ttf' } as const;

it.skipIf(process.getuid?.() !== 0)(
  'looks for fonts where Scribus sees them, and by no number of a process in bubblewrap (left out where the user is not root)',
  async () => {
    const { pid, root } = await startInRoot();
    const files = new LibraryFiles();
    const [outside, inside] = [helloOf(pid, false), helloOf(pid, true)];

    for (const hello of [outside, inside]) files.learn(hello, { fonts: [face], profiles: [] });

    expect(files.of(outside)?.fonts(['A'])).toEqual([{ name: 'A', path: join(root, '/fonts/a.ttf') }]);
    expect(files.of(inside)?.fonts(['A'])).toEqual([{ name: 'A', path: '/fonts/a.ttf' }]);
  },
);
