// Writes a bill of materials for each tarball in .pack/, beside it: `pubpipe-core-1.0.0.cdx.json` in CycloneDX, with every
// package that is installed with it, as the lockfile has them.
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listPublicPackages, root } from './workspace-packages.mjs';

const tarballs = readdirSync(join(root, '.pack')).filter((name) => name.endsWith('.tgz'));
for (const { folder, manifest } of listPublicPackages()) {
  const tarball = `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`;
  if (!tarballs.includes(tarball)) throw new Error(`There is no ${tarball} in .pack: run tools/pack.mjs first`);
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
  const file = tarball.replace(/\.tgz$/, '.cdx.json');
  writeFileSync(join(root, '.pack', file), stdout);
  console.log(`${file}: ${JSON.parse(stdout).components.length} components`);
}
