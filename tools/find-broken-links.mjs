import { posix } from 'node:path';
import { readMarkdown } from './read-markdown.mjs';

/**
 * The links of Markdown texts that lead nowhere in the repository, as sentences. Addresses of other sites are not
 * asked for.
 *
 * @param texts - the text of each Markdown file by its path
 * @param files - paths of all files of the repository
 */
export function findBrokenLinks(texts, files) {
  const known = new Set(files);
  const folders = new Set(['.', ...files.flatMap(foldersOf)]);
  const read = new Map([...texts].map(([file, text]) => [file, readMarkdown(text)]));
  let links = 0;
  const broken = [];
  for (const [file, { links: found }] of read) {
    for (const { target, line } of found) {
      if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
      links += 1;
      const reason = whyBroken(file, target);
      if (reason !== undefined) broken.push(`${file}:${line}: ${target}: ${reason}`);
    }
  }
  return { links, broken };

  function whyBroken(file, target) {
    const [path, anchor] = target.split('#', 2);
    if (path.startsWith('/')) return 'a path from the root leads elsewhere on each site';
    const there = path === '' ? file : posix.normalize(posix.join(posix.dirname(file), decodeURIComponent(path)));
    if (there.startsWith('..')) return 'it leads out of the repository';
    if (folders.has(there.replace(/\/$/, ''))) return 'a folder is no page of the site: link a file in it';
    if (!known.has(there)) return 'there is no such file';
    if (anchor === undefined) return undefined;
    const anchors = read.get(there)?.anchors;
    if (anchors === undefined) return 'only Markdown has anchors';
    return anchors.has(decodeURIComponent(anchor)) ? undefined : 'there is no such heading';
  }
}

function foldersOf(file) {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
