// Runs a command of this repository with the Node and pnpm it was made for:
//
//   node tools/with-node.mjs CMD [ARG...]     e.g. `node tools/with-node.mjs pnpm run build`
//   node tools/with-node.mjs                  installs only
//
// Plain JavaScript for any Node >= 20 with npm beside it, because that is all a fresh machine has.
// On Linux, Node and pnpm come from the npm registry, with the hashes of tools/toolchain/, into
// .tools/. Elsewhere they must be on PATH. Dependencies are installed when a manifest has changed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { hashOf, installLocked } from './install-locked.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const hasToolchain = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

const env = { ...process.env };
if (hasToolchain) putOnPath(...installToolchain());
installDependencies();
putOnPath(join(root, 'node_modules', '.bin'));
const [command, ...args] = process.argv.slice(2);
if (command !== undefined) stayWith(spawn(command, args, { cwd: root, env, stdio: 'inherit' }));

function putOnPath(...folders) {
  env.PATH = [...folders, env.PATH].join(delimiter);
}

/** Installs Node and pnpm once for each content of tools/toolchain; returns the folders to put on PATH. */
function installToolchain() {
  const { platform, arch } = process;
  const folders = [join(`node-${platform}-${arch}`, 'bin'), join('@pnpm', `exe.${platform}-${arch}`)];
  try {
    const modules = installLocked('toolchain', folders);
    return folders.map((folder) => join(modules, folder));
  } catch (error) {
    return fail(error.message);
  }
}

/** Runs `pnpm install` unless nothing that it reads has changed since it last succeeded. */
function installDependencies() {
  const members = ['packages', 'examples']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)));
  const manifests = ['.', ...members].map((folder) => join(folder, 'package.json'));
  const read = ['.npmrc', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests].map((file) => join(root, file));
  const stamp = join(root, 'node_modules', '.with-node');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(read)) return;
  step('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only']);
  writeFileSync(stamp, hashOf(read));
}

/** Runs a step of the installation, its output on stderr; ends the process if it fails. */
function step(program, programArgs, options) {
  const status = run(program, programArgs, { stdio: ['ignore', 2, 2], ...options });
  if (status !== 0) fail(`'${[program, ...programArgs].join(' ')}' failed with exit status ${status}`);
}

function run(program, programArgs, options) {
  const { error, signal, status } = spawnSync(program, programArgs, { cwd: root, env, stdio: 'inherit', ...options });
  if (error) fail(`cannot run ${program}: ${error.message}`);
  return signal ? 128 + constants.signals[signal] : status;
}

/** Lives as long as the command does, so that whoever ends it and waits for this process waits for its end too. */
function stayWith(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // An interrupt from the keyboard has reached the command already.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => fail(`cannot run ${child.spawnfile}: ${error.message}`));
  child.on('exit', (status, signal) => process.exit(signal ? 128 + constants.signals[signal] : status));
}

function fail(message) {
  console.error(`with-node: ${message}`);
  process.exit(1);
}
