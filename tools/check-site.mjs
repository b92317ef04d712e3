// The site in docs/api/, as typedoc has made it: every link in it leads to a page and a place that are there, and nothing in
// it is loaded from elsewhere. Every page of the guide and every entry of every package is in it.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { listPublicPackages, root } from './workspace-packages.mjs';

const site = join(root, 'docs', 'api');
const pages = new Map(globSync('**/*.html', { cwd: site }).map((page) => [join(site, page), read(join(site, page))]));

let links = 0;
const mistakes = [];
for (const [page, { targets, loaded }] of pages) {
  for (const target of loaded.filter(isElsewhere)) mistakes.push([page, `${target} is loaded from elsewhere`]);
  for (const target of [...targets, ...loaded].filter((address) => !isElsewhere(address))) {
    links += 1;
    const [path, anchor = ''] = decodeURI(target.replaceAll('&amp;', '&')).split('#', 2);
    const there = path === '' ? page : withIndex(join(dirname(page), path.replace(/\?.*$/, '')), path);
    if (!existsSync(there)) mistakes.push([page, `${target} leads to nothing`]);
    else if (anchor !== '' && !hasAnchor(there, anchor))
      mistakes.push([page, `${target} leads to no place of that page`]);
  }
}
const { projectDocuments, entryPoints } = JSON.parse(readFileSync(join(root, 'typedoc.json'), 'utf8'));
const listed = new Set([...projectDocuments, ...entryPoints]);
const entries = listPublicPackages().flatMap(({ folder, manifest }) =>
  Object.values(manifest.exports)
    .flatMap((entry) => entry['@pubpipe/source'] ?? [])
    .map((source) => join(folder, source)),
);
for (const file of [...globSync('docs/guide/*.md', { cwd: root }), ...entries].filter((each) => !listed.has(each)))
  mistakes.push([join(root, file), 'typedoc.json does not list it']);
for (const [page, mistake] of mistakes) console.error(`${relative(site, page)}: ${mistake}`);
console.log(`${pages.size} pages, ${links} links between them, ${mistakes.length} mistakes`);
process.exitCode = links > 0 && mistakes.length === 0 ? 0 : 1;

function read(file) {
  const html = readFileSync(file, 'utf8');
  return {
    ids: new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id.replaceAll('&amp;', '&'))),
    targets: [...html.matchAll(/<a\b[^>]*\shref="([^"]*)"/g)].map(([, target]) => target),
    loaded: [...html.matchAll(/<(?:script|img|link|iframe|source)\b[^>]*\s(?:src|href)="([^"]*)"/g)].map(
      ([, target]) => target,
    ),
  };
}

function isElsewhere(address) {
  return /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(address);
}

function withIndex(file, path) {
  return path.endsWith('/') ? join(file, 'index.html') : file;
}

/** Icons are places of a drawing, which has no ids for us to read. */
function hasAnchor(file, anchor) {
  const page = pages.get(file);
  return page === undefined ? !file.endsWith('.html') : page.ids.has(anchor);
}
