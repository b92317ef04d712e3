import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** A copy of the repository in which nothing has been run yet, and a home of its own. */
export interface FreshCopy {
  readonly directory: string;
  /** What a newcomer's shell has in its environment. */
  readonly environment: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/**
 * Copies what git has, or would take, of the working tree. The home is empty but for the registry that this machine uses.
 * The toolchain is that of this repository, by a link: it is 130 MB that were installed by their hashes already.
 */
export async function makeFreshCopy(): Promise<FreshCopy> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'pubpipe-newcomer-')));
  const [directory, home] = [join(folder, 'clone'), join(folder, 'home')];
  await mkdir(home);
  for (const file of await listFiles()) {
    await mkdir(join(directory, dirname(file)), { recursive: true });
    await copyFile(join(root, file), join(directory, file));
  }
  await symlink(join(root, '.tools'), join(directory, '.tools'));
  const { stdout: registry } = await run('pnpm', ['config', 'get', 'registry'], { cwd: root });
  await writeFile(join(home, '.npmrc'), `registry=${registry}`);
  return {
    directory,
    environment: { ...withoutOurs(process.env), HOME: home },
    remove: () => rm(folder, { recursive: true }),
  };
}

async function listFiles(): Promise<readonly string[]> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await run('git', args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  // What was deleted and is not committed yet is still listed.
  return [...new Set(stdout.split('\0'))].filter((file) => file !== '' && existsSync(join(root, file)));
}

/** Without what this repository's own tools and tests add to the environment. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(?:npm_|pnpm_|NODE_|VITEST|VITE_|TEST$|PUBPIPE_|INIT_CWD$|XDG_)/i;
  const kept = Object.entries(environment).filter(([name]) => !ours.test(name) || name === 'NODE_EXTRA_CA_CERTS');
  const path = (environment['PATH'] ?? '').split(':').filter((each) => !each.startsWith(root));
  return { ...Object.fromEntries(kept), PATH: path.join(':') };
}
