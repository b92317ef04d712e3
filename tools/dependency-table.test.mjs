import { expect, test } from 'vitest';
import { compareDependencies, readDependencyTables } from './dependency-table.mjs';

const text = `# Architecture

| \`nothing\` | a table elsewhere |

## Dependencies

### A

| what | why |
| --- | --- |
| \`zod\` | checks \`things\` |
| \`kysely\` (peer), \`pg\` | SQL |

### B

| what | why |
| --- | --- |
| \`@types/*\` | types |

## Later

| \`late\` | a table elsewhere |
`;

test('only the first column of the section counts, table by table', () => {
  expect([...readDependencyTables(text)]).toEqual([
    ['A', ['zod', 'kysely', 'pg']],
    ['B', ['@types/*']],
  ]);
});

const core = {
  folder: 'packages/core',
  manifest: {
    dependencies: { zod: '1', '@pubpipe/other': '1' },
    peerDependencies: { kysely: '1' },
    devDependencies: { '@types/pg': '1' },
  },
};
const root = { folder: '.', manifest: { devDependencies: { zod: '1' } } };

test('tables that name all there is, and nothing else, agree with the manifests', () => {
  expect(compareDependencies({ shipped: ['zod', 'kysely'], own: ['@types/*'] }, [core, root])).toEqual([]);
});

test('what has no row, stands in the wrong table, or is asked for by nobody is told', () => {
  expect(compareDependencies({ shipped: ['kysely'], own: ['zod', 'vite'] }, [core, root])).toEqual([
    'packages/core/package.json: zod has no row',
    'packages/core/package.json: @types/pg has no row',
    'ARCHITECTURE.md: nothing asks for vite',
  ]);
});
