// Installs what a folder's package-lock.json names into .tools/, once for each content of it. Plain JavaScript for any
// Node >= 20 with npm beside it, because the repository's own Node comes this way.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Returns the folder `node_modules` of what is locked in `tools/<name>`.
 *
 * @param expected - paths in it that must be there: npm counts a failed download of an optional package as success
 */
export function installLocked(name, expected) {
  const source = join(root, 'tools', name);
  const files = ['package.json', 'package-lock.json'];
  const home = join(root, '.tools', hashOf(files.map((file) => join(source, file))));
  const modules = join(home, 'node_modules');
  if (existsSync(home)) return modules;

  const unfinished = `${home}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  for (const file of files) copyFileSync(join(source, file), join(unfinished, file));
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const args = ['ci', '--ignore-scripts', '--prefer-offline', ...quiet];
  const { error, status } = spawnSync('npm', args, { cwd: unfinished, stdio: ['ignore', 2, 2] });
  if (error) throw new Error(`npm can't be started: ${error.message}`);
  if (status !== 0) throw new Error(`'npm ${args.join(' ')}' failed with exit status ${status}`);
  for (const path of expected) {
    if (!existsSync(join(unfinished, 'node_modules', path))) throw new Error(`npm did not install ${path}`);
  }
  try {
    renameSync(unfinished, home);
  } catch (error_) {
    if (!existsSync(home)) throw error_;
    rmSync(unfinished, { recursive: true, force: true }); // another run was faster
  }
  return modules;
}

/** Names the content of files, on this kind of machine. */
export function hashOf(files) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of files.filter((name) => existsSync(name)))
    hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
