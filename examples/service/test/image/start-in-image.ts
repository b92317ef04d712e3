import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { type SupervisedProcess, startSupervised } from '../../../../test/kit/supervised-process.ts';
import { listOf, type Stage, textsOf } from './dockerfile.ts';
import type { ImageRoot, Volume } from './image-root.ts';

/** A container, as far as it goes without Docker. */
export interface ImageProcess extends SupervisedProcess {
  /** What the kernel says of its first process: the fields of `/proc/…/status`, of users the one in effect. */
  status(): Promise<Readonly<Record<string, string>>>;
  /** Tells the first process to end, as `docker stop` does, and waits until all has ended well. */
  stop(): Promise<void>;
}

/** The environment that a stage sets, and what each image of Debian has. */
export function environmentOf(stage: Stage): Readonly<Record<string, string>> {
  const pairs = textsOf(stage, 'ENV').flatMap((text) => text.split(/ +/));
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...Object.fromEntries(pairs.map((pair) => pair.split('=', 2))),
  };
}

/** Starts a command in the image by its entry point, as its user and in its directory, with nothing else in its environment. */
export async function startInImage(
  image: ImageRoot,
  stage: Stage,
  options: {
    readonly command: readonly string[];
    readonly settings: Readonly<Record<string, string>>;
    readonly volumes: readonly Volume[];
    readonly logFile: string;
  },
): Promise<ImageProcess> {
  const [program, ...args] = image.commandOf({
    user: textsOf(stage, 'USER').at(-1) ?? '0:0',
    directory: textsOf(stage, 'WORKDIR').at(-1) ?? '/',
    volumes: options.volumes,
    command: [...listOf(stage, 'ENTRYPOINT'), ...options.command],
  });
  const env = { ...environmentOf(stage), ...options.settings };
  const child = await startSupervised(program, { args, logFile: options.logFile, env });
  const firstPid = async () => (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).trim();
  return {
    ...child,
    get hasEnded() {
      return child.hasEnded;
    },
    async status() {
      const text = await readFile(`/proc/${await firstPid()}/status`, 'utf8');
      return Object.fromEntries(text.split('\n').map((line) => line.split(/:?\s+/, 2)));
    },
    async stop() {
      process.kill(Number(await firstPid()), 'SIGTERM');
      await child.succeed(40_000);
    },
  };
}
