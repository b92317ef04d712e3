import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** How to start `bench/programs/<name>.ts` in a process of its own: the arguments of node. */
export function nodeArguments(name: string, args: readonly string[], flags: readonly string[] = []): readonly string[] {
  const program = fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
  return [...flags, '--conditions=@pubpipe/source', program, ...args];
}

/** Runs a program to its end and answers what it prints. */
export async function runProgram<Result>(
  name: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Result> {
  const node = nodeArguments(name, args, flags);
  const { stdout } = await promisify(execFile)(process.execPath, node, { maxBuffer: 1024 * 1024 });
  return JSON.parse(stdout) as Result;
}
