import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { RenderableDocument } from '@pubpipe/core/testing';
import { onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** How a command ended, and what it printed. */
interface EndedCommand {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command `pubpipe-render`, in a directory of its own. */
export interface CommandUnderTest {
  /** Where it runs. */
  readonly directory: string;
  /** Where its renders have their HOME. */
  readonly jobs: string;
  /** Words that start it. */
  readonly words: readonly string[];
  /** Writes a document into a folder of its own and returns its path from the command's directory. */
  readonly lay: (document: RenderableDocument, folder: string) => Promise<string>;
  /** Starts any program in the command's directory; it is killed when the test ends before it. */
  readonly spawn: (words: readonly string[], env?: NodeJS.ProcessEnv) => ChildProcess;
  readonly start: (...args: readonly string[]) => ChildProcess;
  readonly run: (...args: readonly string[]) => Promise<EndedCommand>;
}

/** Opens a command whose directory goes when the running test ends. */
export async function openCommandForTest(): Promise<CommandUnderTest> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'pubpipe-render-test-')));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const jobs = join(directory, 'jobs');
  await mkdir(jobs);
  const words = [process.execPath, '--conditions=@pubpipe/source', main];
  const spawnHere = ([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const child = spawn(program, args, { cwd: directory, env: { ...process.env, TMPDIR: jobs, ...env } });
    onTestFinished(() => void child.kill('SIGTERM'));
    return child;
  };
  const start = (...args: readonly string[]) => spawnHere([...words, ...args]);
  return {
    directory,
    jobs,
    words,
    async lay(document, folder) {
      for (const { name, content } of document.files) {
        const path = join(directory, folder, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content);
      }
      return join(folder, document.name);
    },
    spawn: spawnHere,
    start,
    async run(...args) {
      const child = start(...args);
      const [stdout, stderr, [code]] = await Promise.all([
        textOf(child.stdout),
        textOf(child.stderr),
        once(child, 'exit') as Promise<[number | null]>,
      ]);
      return { code, stdout, stderr };
    },
  };
}

/** All that comes out of a stream. */
export async function textOf(stream: AsyncIterable<Buffer> | null): Promise<string> {
  return Buffer.concat(await Array.fromAsync(stream ?? [])).toString('utf8');
}
