import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArtifactKey } from '@pubpipe/core';
import { describeArtifactStore } from '@pubpipe/core/testing';
import { expect, onTestFinished, test } from 'vitest';
import { openConnection } from '../src/open-connection.ts';
import { createSqliteArtifactStore } from '../src/sqlite-artifact-store.ts';

const capabilities = { nestedKeys: true, exactKeys: true, incompleteUploads: true };

describeArtifactStore(
  'SqliteArtifactStore',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pubpipe-custom-store-'));
    const file = join(directory, 'artifacts.sqlite');
    const store = createSqliteArtifactStore({ file });
    return {
      store,
      async leaveIncompleteUpload(ageMs) {
        const connection = openConnection(file);
        const id = crypto.randomUUID();
        connection.prepare('INSERT INTO contents (id, begun_at) VALUES (?, ?)').run(id, Date.now() - ageMs);
        connection
          .prepare('INSERT INTO blocks (content_id, number, bytes) VALUES (?, 0, ?)')
          .run(id, Buffer.from('part'));
        connection.close();
      },
      async close() {
        await store.close();
        await rm(directory, { recursive: true });
      },
    };
  },
  { capabilities },
);

test('nothing stays in the file of what was overwritten, deleted or cut off', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-custom-store-'));
  const file = join(directory, 'artifacts.sqlite');
  const store = createSqliteArtifactStore({ file });
  const connection = openConnection(file);
  onTestFinished(async () => {
    connection.close();
    await store.close();
    await rm(directory, { recursive: true });
  });
  const count = () => connection.prepare('SELECT count(*) FROM blocks').pluck().get();
  async function* content(fails = false) {
    yield new Uint8Array(600_000);
    if (fails) throw new Error('cut off');
  }
  const key = parseArtifactKey('a');
  await store.put(key, content());
  await store.put(key, content());
  expect(count()).toBe(3);
  await expect(store.put(key, content(true))).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(count()).toBe(3);
  await store.delete(key);
  expect(count()).toBe(0);
});
