import { expect, test } from 'vitest';
import { blocksOfComments, toModules } from './code-blocks.mjs';

const block = (line, code) => ({ file: 'a.md', line, language: 'ts', words: [], code });

test('a block sees what the blocks above it have imported, unless it declares that name itself', () => {
  const modules = toModules([
    block(3, "import sqlite from 'sqlite';\nimport { a, b as c, type D } from 'x';\nconst e = a;\n"),
    block(9, 'const { a, f: [g] } = c;\n'),
    { file: 'a.md', line: 12, language: 'sh', words: [], code: 'ls\n' },
    { ...block(1, 'a;\n'), file: 'b.md' },
  ]);
  expect(Object.fromEntries([...modules].map(([path, { code }]) => [path, code.split('\n').slice(1)]))).toEqual({
    'a.md.block-3.ts': ["import { a, b as c, type D } from 'x';", 'const e = a;', '', 'export {};', ''],
    'a.md.block-9.ts': [
      '',
      'import sqlite from "sqlite";',
      'import { b as c } from "x";',
      'import type { D } from "x";',
      'export {};',
      '',
    ],
    'b.md.block-1.ts': ['', 'export {};', ''],
  });
});

test('examples of doc comments are found, with the line they begin in and what their file exports', () => {
  const text = [
    '/**',
    ' * Does it.',
    ' *',
    ' * @example',
    ' * ```ts',
    ' * const a = { b: 1 };',
    ' *',
    ' * doIt(a);',
    ' * ```',
    ' */',
    'export function doIt(it: It) {}',
    'export interface It {}',
  ].join('\n');
  expect(blocksOfComments('src/a.ts', text)).toEqual([
    {
      file: 'src/a.ts',
      line: 6,
      language: 'ts',
      words: [],
      code: 'const a = { b: 1 };\n\ndoIt(a);\n',
      given: [
        ['doIt', "import { doIt } from './a.ts';"],
        ['It', "import type { It } from './a.ts';"],
      ],
    },
  ]);
});
