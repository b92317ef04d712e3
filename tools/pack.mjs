// Packs each public package into .pack/, exactly as it would be published, for the checks that look at tarballs. The release
// workflow names the repository in PUBPIPE_REPOSITORY_URL, which goes into the packed manifests.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { listPublicPackages, root } from './workspace-packages.mjs';

const folder = join(root, '.pack');
const url = process.env.PUBPIPE_REPOSITORY_URL;
rmSync(folder, { recursive: true, force: true });
for (const { folder: directory, manifest } of listPublicPackages()) {
  const file = join(root, directory, 'package.json');
  const text = readFileSync(file, 'utf8');
  try {
    if (url) {
      const repository = { type: 'git', url, directory };
      writeFileSync(file, `${JSON.stringify({ ...manifest, repository }, null, 2)}\n`);
    }
    const { status } = spawnSync('pnpm', ['pack', '--pack-destination', folder], {
      cwd: join(root, directory),
      stdio: 'inherit',
    });
    if (status !== 0) throw new Error(`pnpm pack of ${directory} ended with exit status ${status}`);
  } finally {
    if (url) writeFileSync(file, text);
  }
}
