// No file of the repository names the registry that somebody installed from: with the hashes in the
// lockfiles, any mirror will do.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { root } from './workspace-packages.mjs';

const git = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
const files = execFileSync('git', git, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);

const configured = execFileSync('pnpm', ['config', 'get', 'registry'], { cwd: root, encoding: 'utf8' }).trim();
const hosts = URL.canParse(configured) ? [new URL(configured).host] : [];
const addressOfDownload = /\b(?:tarball|resolved)"?:\s*["']?https?:/;
const registryAddress = /\/\/(?:[\w.-]*\.)?(?:registry|mirrors?|deb)\.[\w.-]+/;

const isLockfile = (file) => /(?:^|\/)(?:pnpm-lock\.yaml|package-lock\.json)$/.test(file);
const namesHost = (file, line) =>
  hosts.some((host) => line.includes(host)) || (isLockfile(file) ? addressOfDownload : registryAddress).test(line);

const found = [];
for (const file of new Set(files)) {
  const lines = readText(file).split('\n');
  for (const [index, line] of lines.entries())
    if (namesHost(file, line)) found.push(`${file}:${index + 1}: ${line.trim()}`);
}
for (const line of found) console.error(line);
console.log(`${files.length} files, ${found.length} lines that name a registry`);
process.exitCode = files.length > 0 && found.length === 0 ? 0 : 1;

function readText(file) {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return ''; // deleted and not yet committed, or a link
    throw error;
  }
}
