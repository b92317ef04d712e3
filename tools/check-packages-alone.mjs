// Installs each tarball of .pack/ by npm into a project of its own, with nothing beside it but what it asks for, and
// uses it there on the oldest Node that is supported, on this one, and on the newest. Whoever forgot to declare a dependency,
// or leans on what another package brought, fails here.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parse } from 'yaml';
import { startRedisServer } from '../test/kit/redis-server.ts';
import { nodePrograms } from './node-versions.mjs';
import { listPublicPackages, packedName, root } from './workspace-packages.mjs';

/** What a program needs besides its package and what that asks of its host. */
const alsoNeeded = { core: ['better-sqlite3'], 'adapter-express': ['better-sqlite3', 'kysely'] };

const { catalog, catalogs } = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'));
const versions = { ...catalogs.shipped, ...catalog };
const packages = listPublicPackages();
const nodes = nodePrograms();
const redis = await startRedisServer();
try {
  for (const { folder, manifest } of packages) tryPackage(folder.replace('packages/', ''), manifest);
} finally {
  await redis.stop();
}

function tryPackage(name, { peerDependencies = {} }) {
  const folder = mkdtempSync(join(tmpdir(), `pubpipe-${name}-`));
  try {
    const hosts = [...Object.keys(peerDependencies), ...(alsoNeeded[name] ?? [])];
    const dependencies = {
      '@pubpipe/core': tarballOf('core'),
      [`@pubpipe/${name}`]: tarballOf(name),
      ...Object.fromEntries(hosts.map((host) => [host, versions[host]])),
    };
    const project = { name: `${name}-alone`, private: true, type: 'module', dependencies };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(project, null, 2));
    for (const program of ['load-entries.mjs', `${name}.mjs`])
      cpSync(join(root, 'tools', 'package-programs', program), join(folder, program));
    const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    run(folder, 'npm', 'install', '--ignore-scripts', '--prefer-offline', ...quiet);
    for (const node of nodes) {
      run(folder, node, '--version');
      run(folder, node, `${name}.mjs`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tarballOf(name) {
  const { manifest } = packages.find(({ folder }) => folder === join('packages', name));
  return `file:${join(root, '.pack', packedName(manifest))}.tgz`;
}

function run(cwd, program, ...args) {
  const env = { ...process.env, REDIS_URL: redis.url };
  const { status, error } = spawnSync(program, args, {
    cwd,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: 300_000,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with exit status ${status}`);
}
