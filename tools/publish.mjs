// Publishes each tarball of .pack/ whose version is not there yet, the one that the others need first. Run by the release
// workflow, which npm trusts: there is no token. Run again after a failure, it goes on. `--dry-run` only says what it would do.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { listPublicPackages, packedName, root } from './workspace-packages.mjs';

const dryRun = process.argv.includes('--dry-run');
const [major, minor] = npm('--version').split('.').map(Number);
if (major < 11 || (major === 11 && minor < 6)) throw new Error('Trusted publishing needs npm 11.6 or newer.');

const manifests = listPublicPackages().map(({ manifest }) => manifest);
for (const { name, version } of manifests.toSorted((a, b) => Number(needs(a)) - Number(needs(b)))) {
  const tarball = join(root, '.pack', `${packedName({ name, version })}.tgz`);
  if (!existsSync(tarball)) throw new Error(`There is no ${tarball}: run tools/pack.mjs first`);
  if (isPublished(`${name}@${version}`)) {
    console.log(`${name}@${version} is published already`);
    continue;
  }
  npm('publish', tarball, '--access', 'public', ...(dryRun ? ['--dry-run'] : ['--provenance']));
  console.log(`${name}@${version} ${dryRun ? 'would be published' : 'is published'}`);
}

function needs({ dependencies = {} }) {
  return Object.keys(dependencies).some((name) => name.startsWith('@pubpipe/'));
}

function isPublished(specifier) {
  const { status, stdout, stderr } = spawnSync('npm', ['view', specifier, 'version', '--json'], { encoding: 'utf8' });
  if (status === 0) return stdout.trim() !== '';
  if (stdout.includes('E404') || stderr.includes('E404')) return false;
  throw new Error(`npm could not say whether ${specifier} is published:\n${stderr}`);
}

function npm(...args) {
  const { status, stdout, error } = spawnSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with exit status ${status}`);
  return stdout.trim();
}
