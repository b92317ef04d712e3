// Writes a bill of materials for each tarball in .pack/, beside it: `pubpipe-core-1.0.0.cdx.json` in CycloneDX, with every
// package that is installed with it, as the lockfile has them.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listPublicPackages, packedName, root } from './workspace-packages.mjs';

for (const { folder, manifest } of listPublicPackages()) {
  const packed = join(root, '.pack', packedName(manifest));
  if (!existsSync(`${packed}.tgz`)) throw new Error(`There is no ${packed}.tgz: run tools/pack.mjs first`);
  const args = ['--filter', `./${folder}`, 'sbom', '--prod', '--exclude-peers'];
  const format = ['--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6', '--sbom-type', 'library'];
  const { status, stdout, error } = spawnSync('pnpm', [...args, ...format], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`pnpm sbom ended with exit status ${status}`);
  writeFileSync(`${packed}.cdx.json`, stdout);
  console.log(`${packed}.cdx.json: ${JSON.parse(stdout).components.length} components`);
}
