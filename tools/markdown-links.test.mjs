import { expect, test } from 'vitest';
import { findAnchors, findLinks } from './markdown-links.mjs';

test('links to files and headings are found with their lines, and those to elsewhere are not', () => {
  const text =
    'See [a](docs/a.md),\nand ![c](../c.png), [`core`](packages/core) or [d](#here).\n[e](https://example.org)';
  expect(findLinks(text)).toEqual([
    { target: 'docs/a.md', line: 1 },
    { target: '../c.png', line: 2 },
    { target: 'packages/core', line: 2 },
    { target: '#here', line: 2 },
  ]);
});

test('code has no links and no headings', () => {
  const text = '`[a](a.md)` is no link\n```md\n# No heading\n[b](b.md)\n```\n# A heading\n';
  expect(findLinks(text)).toEqual([]);
  expect(findAnchors(text)).toEqual(['a-heading']);
});

test('headings are called as GitHub calls them, the second of the same name by a number', () => {
  const text = '# What it does, when\n## `put` & [get](a.md)\n### Größe_1\n## Limits\n## Limits\n#no heading';
  expect(findAnchors(text)).toEqual(['what-it-does-when', 'put--get', 'größe_1', 'limits', 'limits-1']);
});
