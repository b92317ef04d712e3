import { expect, test } from 'vitest';
import { findMistakes } from './import-rules.mjs';
import { listImports } from './list-imports.mjs';

const check = (file, text) => findMistakes(listImports(file, text));

test('imports of every form are found, with their line and whether they leave code behind', () => {
  const text = `import a from 'a';
    import type { B } from './b.ts';
    export * from '../c.ts';
    export type { D } from 'd';
    const e = await import('e');
    type F = import('f').F;`;
  expect(listImports('packages/core/src/job/x.ts', text)).toEqual([
    { file: 'packages/core/src/job/x.ts', line: 1, target: 'a', typesOnly: false },
    { file: 'packages/core/src/job/x.ts', line: 2, target: 'packages/core/src/job/b.ts', typesOnly: true },
    { file: 'packages/core/src/job/x.ts', line: 3, target: 'packages/core/src/c.ts', typesOnly: false },
    { file: 'packages/core/src/job/x.ts', line: 4, target: 'd', typesOnly: true },
    { file: 'packages/core/src/job/x.ts', line: 5, target: 'e', typesOnly: false },
    { file: 'packages/core/src/job/x.ts', line: 6, target: 'f', typesOnly: true },
  ]);
});

test.each([
  ['packages/core/src/ports/x.ts', `import '../errors/y.ts'`],
  ['packages/core/src/ports/x.ts', `import type { Job } from '../job/job.ts'`],
  ['packages/core/src/worker/x.ts', `import '../pipeline/y.ts'`],
  ['packages/core/src/kysely/x.ts', `import 'kysely'`],
  ['packages/core/src/index.ts', `export { x } from './worker/x.ts'`],
  ['packages/artifact-store/src/fs/x.ts', `import 'node:fs'; import '@pubpipe/core'`],
  ['packages/adapter-express/page/src/x.tsx', `import type { JobJson } from '@pubpipe/core/http'; import 'preact'`],
])('%s may say %s', (file, text) => {
  expect(check(file, text)).toEqual([]);
});

test('what drivers load brings along nothing that is installed', () => {
  const imports = [
    ...listImports(
      'packages/core/src/driver/index.ts',
      `export type { A } from '../job/a.ts'; export * from '../job/b.ts'`,
    ),
    ...listImports('packages/core/src/job/a.ts', `import 'zod'`),
    ...listImports(
      'packages/core/src/job/b.ts',
      `import './c.ts'; import 'node:crypto'; import type { D } from 'uuid'`,
    ),
    ...listImports('packages/core/src/job/c.ts', `import { v7 } from 'uuid'`),
  ];

  expect(findMistakes(imports)).toEqual(['packages/core/src/driver/index.ts: it loads uuid']);
});

test.each([
  ['packages/core/src/ports/x.ts', `import '../job/job.ts'`, 'core/ports must not import core/job'],
  ['packages/core/src/job/x.ts', `import '../pipeline/y.ts'`, 'core/job must not import core/pipeline'],
  ['packages/core/src/memory/x.ts', `import '../kysely/y.ts'`, 'core/memory must not import core/kysely'],
  ['packages/core/src/worker/x.ts', `import '../index.ts'`, 'core/worker must not import core/index.ts'],
  [
    'packages/adapter-express/page/src/x.tsx',
    `import { isEnded } from '@pubpipe/core'`,
    'the page must not import code of @pubpipe/core',
  ],
  ['packages/adapter-express/page/src/x.ts', `import 'node:fs'`, 'the page must not import code of node:fs'],
  ['packages/core/src/job/x.ts', `import type { Kysely } from 'kysely'`, 'core/job must not import kysely'],
  ['packages/core/src/kysely/x.ts', `import 'better-sqlite3'`, 'core/kysely must not import better-sqlite3'],
  ['packages/core/src/pipeline/x.ts', `import 'node:fs/promises'`, 'core/pipeline must not import node:fs/promises'],
  ['packages/core/src/job/x.ts', `import '@pubpipe/artifact-store/fs'`, 'core must not import @pubpipe/artifact-store'],
  [
    'packages/scribus-runner/src/x.ts',
    `import '@pubpipe/artifact-store/fs'`,
    'must not import @pubpipe/artifact-store',
  ],
  ['packages/scribus-runner/src/x.ts', `import '../../core/src/index.ts'`, 'reaches into packages/core'],
])('%s must not say %s', (file, text, mistake) => {
  expect(check(file, text)).toEqual([expect.stringContaining(mistake)]);
});

test('a library is imported in one folder of a package, or in one file', () => {
  const uses = (...files) => findMistakes(files.flatMap((file) => listImports(file, `import 'p-retry'`)));
  expect(uses('packages/core/src/job/a.ts', 'packages/core/src/job/deep/b.ts')).toEqual([]);
  expect(uses('packages/core/src/index.ts')).toEqual([]);
  expect(uses('packages/core/src/job/a.ts', 'packages/scribus-runner/src/a.ts')).toEqual([]);
  expect(uses('packages/core/src/job/a.ts', 'packages/core/src/pipeline/b.ts')).toHaveLength(1);
});

test('the language of schemas stands wherever what they describe is', () => {
  const files = ['packages/core/src/pipeline/a.ts', 'packages/core/src/http/b.ts'];
  expect(findMistakes(files.map((file) => ({ file, line: 1, target: 'zod' })))).toEqual([]);
});
