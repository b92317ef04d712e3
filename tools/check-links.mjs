// Every link in Markdown that leads to a file or a heading of this repository leads there.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { findAnchors, findLinks } from './markdown-links.mjs';
import { root } from './workspace-packages.mjs';

const git = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '*.md'];
const listed = execFileSync('git', git, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
const files = [...new Set(listed)].filter((file) => existsSync(join(root, file)));

let count = 0;
const broken = files.flatMap((file) =>
  findLinks(readFileSync(join(root, file), 'utf8')).flatMap(({ target, line }) => {
    count += 1;
    const mistake = mistakeOf(file, decodeURI(target));
    return mistake === undefined ? [] : [`${file}:${line}: ${target} ${mistake}`];
  }),
);
for (const mistake of broken) console.error(mistake);
console.log(`${files.length} files, ${count} links within the repository, ${broken.length} broken`);
process.exitCode = count > 0 && broken.length === 0 ? 0 : 1;

function mistakeOf(file, target) {
  const [path, anchor] = target.split('#');
  const place = path === '' ? join(root, file) : join(root, dirname(file), path);
  if (relative(root, place).startsWith('..')) return 'leads out of the repository';
  if (!existsSync(place)) return 'is not there';
  if (anchor === undefined || !place.endsWith('.md') || !statSync(place).isFile()) return undefined;
  return findAnchors(readFileSync(place, 'utf8')).includes(anchor) ? undefined : 'has no such heading';
}
