import { expect, test } from 'vitest';
import { findBrokenLinks } from './find-broken-links.mjs';

const readme = 'docs/readme.md';
const files = [readme, 'docs/other.md', 'docs/images/page 1.png', 'LICENSE'];
const check = (text) =>
  findBrokenLinks(
    new Map([
      [readme, text],
      ['docs/other.md', '# Other\n\n## A part\n'],
    ]),
    files,
  ).broken;

test.each([
  'other.md',
  'other.md#a-part',
  '#here',
  './images/page%201.png',
  '../LICENSE',
  'https://example.org/nowhere',
  'mailto:a@example.org',
])('%s leads somewhere', (target) => {
  expect(check(`# Here\n\n[link](${target})\n`)).toEqual([]);
});

test.each([
  ['missing.md', 'there is no such file'],
  ['images', 'a folder is no page of the site: link a file in it'],
  ['images/', 'a folder is no page of the site: link a file in it'],
  ['..', 'a folder is no page of the site: link a file in it'],
  ['other.md#b-part', 'there is no such heading'],
  ['#there', 'there is no such heading'],
  ['../LICENSE#mit', 'only Markdown has anchors'],
  ['../../elsewhere.md', 'it leads out of the repository'],
  ['/docs/other.md', 'a path from the root leads elsewhere on each site'],
])('%s is broken: %s', (target, reason) => {
  expect(check(`# Here\n\n[link](${target})\n`)).toEqual([`${readme}:3: ${target}: ${reason}`]);
});
