// Opens each tarball in .pack/: everything that it names is in it, nothing else is, and it is no larger than it may be.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import process from 'node:process';
import { findPackingMistakes } from './package-contents.mjs';
import { listPublicPackages, packedName, root } from './workspace-packages.mjs';

/** Most KiB of each package, as a tarball and unpacked: there is room for a feature, and none for an accident. */
const budgets = {
  '@pubpipe/adapter-bullmq': { packed: 27, unpacked: 92 },
  '@pubpipe/adapter-express': { packed: 52, unpacked: 150 },
  '@pubpipe/artifact-store': { packed: 75, unpacked: 280 },
  '@pubpipe/core': { packed: 780, unpacked: 3_150 },
  '@pubpipe/scribus-runner': { packed: 600, unpacked: 2_100 },
};

let failed = false;
for (const { manifest } of listPublicPackages()) {
  const { name } = manifest;
  const tarball = join(root, '.pack', `${packedName(manifest)}.tgz`);
  const files = unpack(tarball);
  const kib = {
    packed: statSync(tarball).size / 1024,
    unpacked: [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1024,
  };
  console.log(
    `${name.padEnd(26)}${kib.packed.toFixed(0).padStart(6)} KiB packed${kib.unpacked.toFixed(0).padStart(7)} KiB unpacked, ${files.size} files`,
  );
  const mistakes = [...findPackingMistakes(files), ...overBudget(budgets[name], kib)];
  for (const mistake of mistakes) console.error(`${name}: ${mistake}`);
  failed ||= mistakes.length > 0;
}
process.exitCode = failed ? 1 : 0;

function overBudget(budget, kib) {
  if (budget === undefined) return ['it has no budget'];
  return Object.entries(budget)
    .filter(([what, most]) => kib[what] > most)
    .map(([what, most]) => `${kib[what].toFixed(0)} KiB ${what} are more than ${most}`);
}

/** The text of each file of a tarball, by its path in the package. */
function unpack(tarball) {
  const folder = mkdtempSync(join(tmpdir(), 'pubpipe-contents-'));
  try {
    const { status, error } = spawnSync('tar', ['-xzf', tarball, '-C', folder], { stdio: 'inherit' });
    if (error) throw error;
    if (status !== 0) throw new Error(`tar ended with exit status ${status}`);
    const inside = join(folder, 'package');
    const entries = readdirSync(inside, { recursive: true, withFileTypes: true }).filter(
      (entry) => !entry.isDirectory(),
    );
    const paths = entries.map(({ parentPath, name }) => join(parentPath, name));
    return new Map(paths.map((path) => [relative(inside, path), readFileSync(path, 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
