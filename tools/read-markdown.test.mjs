import { expect, test } from 'vitest';
import { readMarkdown } from './read-markdown.mjs';

test('anchors are those of GitHub: code counts, punctuation goes, what comes twice is numbered', () => {
  const text =
    '# What `claim()` does\n\n## PDF/X – and *you*\n\nSetext\n---\n\n## Errors\n\n## Errors\n\n<a id="own"></a>\n';
  expect([...readMarkdown(text).anchors]).toEqual([
    'what-claim-does',
    'pdfx--and-you',
    'setext',
    'errors',
    'errors-1',
    'own',
  ]);
});

test('links are found in text, tables, images, definitions and HTML, and not in code', () => {
  const text = [
    'See [a](a.md) and `[no](no.md)` and [b][ref].',
    '',
    '| x |',
    '|---|',
    '| ![c](c.png) |',
    '',
    '<picture><source srcset="d.png 2x"><img src="e.png"></picture>',
    '',
    '```md',
    '[no](no.md)',
    '```',
    '',
    '[ref]: b.md#there',
  ].join('\n');
  expect(readMarkdown(text).links).toEqual([
    { target: 'a.md', line: 1 },
    { target: 'b.md#there', line: 1 },
    { target: 'c.png', line: 5 },
    { target: 'd.png', line: 7 },
    { target: 'e.png', line: 7 },
  ]);
});

test('blocks of code come with their language, the words behind it, and the line they begin in', () => {
  const text = 'Text\n\n```ts run\nconst a = 1;\n```\n\n- ```sh\n  ls\n  ```\n\n```\nplain\n```\n';
  expect(readMarkdown(text).blocks).toEqual([
    { language: 'ts', words: ['run'], code: 'const a = 1;\n', line: 4 },
    { language: 'sh', words: [], code: 'ls\n', line: 8 },
    { language: '', words: [], code: 'plain\n', line: 12 },
  ]);
});
