// Runs a linter of packages on each tarball in .pack/: `node tools/check-tarballs.mjs publint --strict`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root } from './workspace-packages.mjs';

const [program, ...args] = process.argv.slice(2);
const tarballs = readdirSync(join(root, '.pack')).filter((name) => name.endsWith('.tgz'));
if (tarballs.length === 0) throw new Error('There is no tarball in .pack: run tools/pack.mjs first');
for (const tarball of tarballs) {
  const { status } = spawnSync(program, [join(root, '.pack', tarball), ...args], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
