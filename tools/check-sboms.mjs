// The bills of materials beside the tarballs are valid CycloneDX, and name everything that is installed with a package, each with a version and
// a licence.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { findSbomMistakes } from './sbom-mistakes.mjs';
import { listPublicPackages, packedName, root } from './workspace-packages.mjs';

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
let failed = false;
for (const { folder, manifest } of listPublicPackages()) {
  const file = `${packedName(manifest)}.cdx.json`;
  const text = readFileSync(join(root, '.pack', file), 'utf8');
  const invalid = await validator.validate(text);
  const installed = installedWith(folder, manifest);
  const mistakes = [
    ...(invalid === null ? [] : [`it is not valid: ${JSON.stringify(invalid).slice(0, 2_000)}`]),
    ...findSbomMistakes(JSON.parse(text), { name: manifest.name, version: manifest.version, installed }),
  ];
  for (const mistake of mistakes) console.error(`${file}: ${mistake}`);
  console.log(`${file}: ${installed.length} packages are installed with it, ${mistakes.length} mistakes`);
  failed ||= mistakes.length > 0;
}
process.exitCode = failed ? 1 : 0;

/** `name@version` of every package that pnpm installs for this one in production, ours included. The host's peers are the host's. */
function installedWith(folder, { dependencies: own = {} }) {
  const args = ['--filter', `./${folder}`, 'list', '--prod', '--depth', 'Infinity', '--json', '--exclude-peers'];
  const { status, stdout, error } = spawnSync('pnpm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`pnpm list ended with exit status ${status}`);
  const found = new Set();
  const walk = (dependencies = {}) => {
    for (const [name, { version, dependencies: further }] of Object.entries(dependencies)) {
      found.add(version.startsWith('link:') ? name : `${name}@${version}`);
      walk(further);
    }
  };
  for (const { dependencies = {} } of JSON.parse(stdout))
    walk(Object.fromEntries(Object.entries(dependencies).filter(([name]) => Object.hasOwn(own, name))));
  return [...found];
}
