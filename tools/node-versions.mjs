import { join } from 'node:path';
import process from 'node:process';
import { installLocked } from './install-locked.mjs';

/**
 * The programs of the Node versions that packages are tried on: the oldest that they support, this one, and the newest.
 * Where no others can be had from the npm registry, it is this one alone.
 */
export function nodePrograms() {
  const { platform, arch } = process;
  if (platform !== 'linux' || !['x64', 'arm64'].includes(arch)) return [process.execPath];
  const programs = [22, 26].map((major) => join(`node-${major}-${arch}`, 'bin', 'node'));
  const modules = installLocked('node-versions', programs);
  const [oldest, newest] = programs.map((program) => join(modules, program));
  return [oldest, process.execPath, newest];
}
