// Stores a file in a folder and reads it again. S3's entry is loaded; it needs a server for more.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createFsArtifactStore, createFsScratchSpace } from '@pubpipe/artifact-store/fs';
import { parseArtifactKey, parseAssetName } from '@pubpipe/core';
import { loadEntries } from './load-entries.mjs';

const entries = await loadEntries('@pubpipe/artifact-store');
const directory = await mkdtemp(join(tmpdir(), 'pubpipe-package-'));
async function* content() {
  yield new TextEncoder().encode('a page');
}
const store = createFsArtifactStore({ directory: join(directory, 'store') });
const key = parseArtifactKey('orders/7/page.txt');
const { byteSize, sha256 } = await store.put(key, content());
const { body } = await store.get(key, { verify: { sha256 } });
assert.equal(await text(body), 'a page');
const scratch = await createFsScratchSpace({ directory }).open();
await scratch.writeInput(parseAssetName('page.txt'), content());
await scratch.close();
await store.close();
await rm(directory, { recursive: true });
console.log(`@pubpipe/artifact-store: ${entries} entries, ${byteSize} bytes are stored`);
