// Installs the packed packages into an application of its own, outside the workspace, and uses them as
// a customer would: strict types, plain Node in its oldest supported version, this one and the newest, the command. This is what finds a missing file, an
// undeclared dependency or a broken declaration, which nothing inside the workspace can notice.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodePrograms } from './node-versions.mjs';
import { root } from './workspace-packages.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pubpipe-consumer-'));
try {
  cpSync(join(root, 'tools', 'consumer'), folder, { recursive: true });
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), workspaceFile());
  run('pnpm', 'install', '--prefer-offline', '--no-lockfile', '--reporter=append-only');
  run('node', 'node_modules/typescript/bin/tsc');
  for (const node of nodePrograms()) run(node, 'main.ts');
  run('node_modules/.bin/pubpipe-render', '--help');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The versions of this workspace, with our packages taken from the tarballs, also where one needs another. */
function workspaceFile() {
  const settings = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8').replace(/^packages:\n(?: .*\n)+/m, '');
  const tarballs = readdirSync(join(root, '.pack')).filter((name) => name.endsWith('.tgz'));
  const overrides = tarballs.map((tarball) => {
    const [, name] = /^pubpipe-(.+)-\d+\.\d+\.\d+.*\.tgz$/.exec(tarball) ?? [];
    return `  '@pubpipe/${name}': 'file:${join(root, '.pack', tarball)}'`;
  });
  return [settings, 'overrides:', ...overrides, ''].join('\n');
}

function run(program, ...args) {
  console.log(`\n$ ${program} ${args.join(' ')}`);
  const { status, error } = spawnSync(program, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) console.error(error.message);
  if (status !== 0) throw new Error(`${program} ended with exit status ${status}`);
}
