import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { expect, onTestFinished } from 'vitest';

/** The folder of the repository. */
export const repository = join(import.meta.dirname, '../../..');

/** How a program of a text is run. */
export interface ProgramRun {
  /** What lies in its folder: names, and the files they are copies of. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** What Node loads before it. */
  readonly preload?: string | undefined;
  /** What happens while it runs. */
  readonly meanwhile?: ((child: ChildProcessByStdio<null, Readable, Readable>) => Promise<void>) | undefined;
}

/** The first TypeScript block of a text of the repository. */
export async function firstProgram(text: string): Promise<string> {
  const program = /```ts\n(?<program>.*?)```/s.exec(await readText(text))?.groups?.['program'];
  if (program === undefined) throw new Error(`${text} has no TypeScript block`);
  return program;
}

/** The text of a file of the repository. */
export async function readText(path: string): Promise<string> {
  return await readFile(join(repository, path), 'utf8');
}

/** Writes a program below the repository, where Node finds the packages and git does not look; it goes with the test. */
export async function writeProgram(name: string, program: string): Promise<string> {
  const programs = join(repository, 'test', 'integration', '.programs');
  await mkdir(programs, { recursive: true });
  const file = join(programs, `${name.replaceAll('/', '-')}.ts`);
  await writeFile(file, program);
  return file;
}

/** Runs a program, word for word, in a folder of its own. It has to end well, and without a word on standard error. */
export async function runProgram(
  name: string,
  program: string,
  { files = {}, env = {}, preload, meanwhile = async () => {} }: ProgramRun = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-program-'));
  for (const [path, source] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await copyFile(source, join(directory, path));
  }
  const file = await writeProgram(name, program);
  onTestFinished(async () => {
    await rm(file);
    await rm(directory, { recursive: true });
  });
  const preloads = preload === undefined ? [] : ['--import', preload];
  const child = spawn(process.execPath, ['--conditions=@pubpipe/source', ...preloads, file], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += chunk));
  child.stderr.on('data', (chunk) => (output.stderr += chunk));
  const closed = once(child, 'close');
  try {
    await meanwhile(child);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const [code] = await closed;
  expect({ code, stderr: output.stderr }).toEqual({ code: 0, stderr: '' });
  return { directory, ...output };
}
