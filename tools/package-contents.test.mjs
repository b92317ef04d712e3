import { expect, test } from 'vitest';
import { findPackingMistakes } from './package-contents.mjs';

const manifest = {
  name: '@pubpipe/x',
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
  bin: { x: './dist/main.js' },
  dependencies: { zod: '^4' },
};

/** A package as it should be, with some files changed, added, or taken away. */
function packed(changes = {}, manifestChanges = {}) {
  const files = {
    'package.json': JSON.stringify({ ...manifest, ...manifestChanges }),
    'README.md': '',
    LICENSE: '',
    'dist/index.js': "import { z } from 'zod';\nimport fs from 'node:fs';\nexport * from './chunk.js';\n",
    'dist/index.d.ts': "export { X } from './chunk.js';\n",
    'dist/chunk.js': "await import('@pubpipe/x/other');\n",
    'dist/chunk.d.ts': '',
    'dist/chunk.js.map': JSON.stringify({ sources: ['../src/index.ts'] }),
    'dist/main.js': '',
    'src/index.ts': "import './what-only-the-sources-have.ts';",
    ...changes,
  };
  return new Map(Object.entries(files).filter(([, text]) => text !== undefined));
}

test('a package that has all that it names is right', () => {
  expect(findPackingMistakes(packed())).toEqual([]);
});

test.each([
  [{ LICENSE: undefined }, 'LICENSE is missing'],
  [{ 'src/x.test.ts': '' }, 'src/x.test.ts is not meant to be shipped'],
  [{ '.env': '' }, '.env is not meant to be shipped'],
  [{ 'dist/main.js': undefined }, 'package.json names dist/main.js, which is missing'],
  [{ 'dist/index.js': "import './gone.js';" }, 'dist/index.js imports ./gone.js, which is missing'],
  [{ 'dist/chunk.d.ts': undefined }, 'dist/index.d.ts imports ./chunk.js, which is missing'],
  [{ 'dist/main.js': "import 'kysely/x';" }, 'dist/main.js imports kysely/x, which package.json does not ask for'],
  [{ 'src/index.ts': undefined }, 'dist/chunk.js.map maps to src/index.ts, which is missing'],
])('%j: %s', (changes, mistake) => {
  expect(findPackingMistakes(packed(changes))).toEqual([mistake]);
});

test.each([
  [
    { dependencies: { zod: 'catalog:shipped' } },
    'package.json asks for zod as catalog:shipped, which nobody else can resolve',
  ],
  [{ exports: { '.': { '@pubpipe/source': './dist/index.js' } } }, 'package.json exports the sources'],
])('a manifest with %j: %s', (changes, mistake) => {
  expect(findPackingMistakes(packed({}, changes))).toEqual([mistake]);
});
