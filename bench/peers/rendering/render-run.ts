import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { ProcessTree } from '../../process-tree.ts';
import type { RenderPlace } from './render-place.ts';
import { commandOf, type RenderTask, type RenderWay } from './render-ways.ts';

/** A command that renders. */
export interface RenderRun {
  readonly tree: ProcessTree;
  /** Its exit code, or 128 and the number of the signal; undefined when it has not ended in time. */
  ended(timeoutMs?: number): Promise<number | undefined>;
  /** What it has printed so far. */
  printed(): string;
  /** Kills the command itself and nothing that it has started. */
  kill(): void;
}

/** Starts to render documents in one of the ways. */
export async function startRender(
  way: RenderWay,
  task: Omit<RenderTask, 'outputDirectory'>,
  { outputDirectory, home, temporary }: RenderPlace,
): Promise<RenderRun> {
  const [program, ...args] = commandOf(way, { ...task, outputDirectory });
  const env = { ...process.env, HOME: home, TMPDIR: temporary };
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], env });
  const exit = once(child, 'exit');
  await once(child, 'spawn');
  const tree = new ProcessTree(child.pid ?? 0);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return {
    tree,
    async ended(timeoutMs = 600_000) {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, timeoutMs);
      await Promise.race([exit, late]);
      clearTimeout(timer);
      const { exitCode, signalCode } = child;
      return exitCode ?? (signalCode === null ? undefined : 128 + constants.signals[signalCode]);
    },
    printed: () => text,
    kill: () => void child.kill('SIGKILL'),
  };
}
