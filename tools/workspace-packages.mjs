import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The folder, relative to the repository, and the manifest of each package under packages/. */
export function listPackages() {
  return readdirSync(join(root, 'packages')).map((name) => {
    const folder = join('packages', name);
    return { folder, manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) };
  });
}

/** Those that are published. */
export function listPublicPackages() {
  return listPackages().filter(({ manifest }) => !manifest.private);
}

/** What the files of a packed package in .pack/ are called, without their ending: `pubpipe-core-1.0.0`. */
export function packedName({ name, version }) {
  return `${name.replace('@', '').replace('/', '-')}-${version}`;
}
