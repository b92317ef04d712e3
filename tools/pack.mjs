// Packs each public package into .pack/, exactly as it would be published, for the checks that look at tarballs.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { listPublicPackages, root } from './workspace-packages.mjs';

const folder = join(root, '.pack');
rmSync(folder, { recursive: true, force: true });
for (const { folder: cwd } of listPublicPackages()) {
  const { status } = spawnSync('pnpm', ['pack', '--pack-destination', folder], {
    cwd: join(root, cwd),
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
}
