import { expect, test } from 'vitest';
import { findOrphans, sumOf } from './count-orphans.ts';
import type { ArtifactRow } from './read-rows.ts';

const used: ArtifactRow = { id: 'a', tenant: 't', state: 'ready', storage_key: 'k/a', sha256: 'x', is_used: true };

test('what a job uses is no orphan', () => {
  expect(sumOf(findOrphans({ keys: ['k/a'], unfinished: [] }, [used], []))).toBe(0);
});

test('content without a ready row, rows that nobody uses, unfinished uploads and folders are orphans', () => {
  expect(findOrphans({ keys: ['k/a', 'k/b'], unfinished: [] }, [used], [])).toMatchObject({ objects: 1, rows: 0 });
  expect(findOrphans({ keys: ['k/a'], unfinished: [] }, [{ ...used, state: 'deleting' }], [])).toMatchObject({
    objects: 1,
    rows: 1,
  });
  expect(findOrphans({ keys: ['k/a'], unfinished: [] }, [{ ...used, is_used: false }], [])).toMatchObject({
    objects: 1,
    rows: 1,
  });
  expect(findOrphans({ keys: [], unfinished: ['part'] }, [], ['scratch'])).toEqual({
    objects: 0,
    rows: 0,
    unfinished: 1,
    folders: 1,
  });
});
