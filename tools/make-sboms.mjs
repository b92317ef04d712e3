// Writes a bill of materials for each tarball in .pack/, beside it: `pubpipe-core-1.0.0.cdx.json` in CycloneDX, with every
// package that is installed with it, as the lockfile has them, and what was built into its files.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listPublicPackages, packedName, root } from './workspace-packages.mjs';

/** What is inside the files of a package, and so is not installed with it. */
const builtIn = { '@pubpipe/adapter-express': ['preact'] };

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
  const bill = JSON.parse(stdout);
  for (const name of builtIn[manifest.name] ?? []) addBuiltIn(bill, join(root, folder, 'node_modules', name));
  writeFileSync(`${packed}.cdx.json`, `${JSON.stringify(bill, null, 2)}\n`);
  console.log(`${packed}.cdx.json: ${bill.components.length} components`);
}

function addBuiltIn({ metadata, components, dependencies }, folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const purl = `pkg:npm/${name}@${version}`;
  components.push({ type: 'library', name, version, purl, 'bom-ref': purl, licenses: [{ license: { id: license } }] });
  dependencies.push({ ref: purl });
  dependencies.find(({ ref }) => ref === metadata.component['bom-ref']).dependsOn.push(purl);
}
