import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { type DebianMirror, findDebianMirror } from './debian-mirror.ts';
import { requirePrograms } from './require-programs.ts';
import { startSupervised } from './supervised-process.ts';

// Debian 13 has Scribus 1.6. What is installed beside it is what Debian 12's Scribus has in the tests.
const suite = 'trixie';
const packages = ['scribus', 'poppler-utils', 'ghostscript', 'fonts-dejavu-core', 'fonts-liberation'];
const recipe = ['--variant=apt', `--include=${packages.join(',')}`];

// With a minute on a fast line, and another run that builds the same before us.
const buildTimeoutMs = 600_000;

// A folder of the final name is complete: it gets that name last. What a killed build left is removed.
const build = `
set -e
root=$1; shift
[ ! -e "$root" ] || exit 0
rm -rf -- "$root.unfinished"
"$@" >&2
mv -T -- "$root.unfinished" "$root"`;

/**
 * Whether the tests on Scribus 1.6 are left out, because `SCRIBUS_1_6_ROOT` is `none`: the choice of a
 * developer who can't have it. In CI nobody has that choice.
 */
export function leavesOutScribusRoot(env: NodeJS.ProcessEnv): boolean {
  if (env['SCRIBUS_1_6_ROOT'] !== 'none') return false;
  if (env['CI']) throw new Error('SCRIBUS_1_6_ROOT=none: in CI the tests on Scribus 1.6 must run.');
  return true;
}

/**
 * The folder of a Debian 13 with Scribus 1.6: the one that `SCRIBUS_1_6_ROOT` names, or one of our own
 * beside the toolchain, 1 GB, which the first call ever builds within a minute or two. Calls of several
 * processes share it. Rejects where it can't be built or used: tests that need it fail.
 */
export async function openScribusRoot(): Promise<string> {
  if (process.getuid?.() !== 0) {
    throw new Error('The tests on Scribus 1.6 need root, to chroot: SCRIBUS_1_6_ROOT=none leaves them out.');
  }
  const named = process.env['SCRIBUS_1_6_ROOT'];
  if (named) return named;
  const folder = join(import.meta.dirname, '../../.tools');
  const root = join(folder, `scribus-1.6-${hashOf([process.arch, suite, ...recipe])}`);
  if (existsSync(root)) return root;

  await requirePrograms('scribus-1.6');
  await mkdir(folder, { recursive: true });
  await buildRoot(root, await findDebianMirror());
  return root;
}

async function buildRoot(root: string, { uri, aptOptions }: DebianMirror): Promise<void> {
  const options = [...recipe, ...aptOptions.map((option) => `--aptopt=${option}`)];
  const namespaces = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const bootstrap = ['mmdebstrap', ...options, suite, `${root}.unfinished`, uri];
  // The lock is held until the last process of the build has ended. With the builder dies its namespace of
  // processes, so that a build ends with the run; its mounts are seen by nobody else.
  const builder = await startSupervised('flock', {
    args: ['--no-fork', `${root}.lock`, 'unshare', ...namespaces, 'sh', '-c', build, 'sh', root, ...bootstrap],
    logFile: `${root}.log`,
  });
  await builder.succeed(buildTimeoutMs).catch((cause: unknown) => {
    throw new Error(`Scribus 1.6 for the tests could not be installed from ${suite}; ${root}.log says why.`, { cause });
  });
}

const hashOf = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
