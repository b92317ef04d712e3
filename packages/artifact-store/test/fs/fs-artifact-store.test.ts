import { randomUUID } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFsArtifactStore } from '@pubpipe/artifact-store/fs';
import { describeArtifactStore } from '@pubpipe/core/testing';
import { makeTemporaryDirectory, removeTemporaryDirectory } from '../support/temporary-directory.ts';

for (const durable of [true, false]) {
  describeArtifactStore(
    `FsArtifactStore with durable: ${durable}`,
    async () => {
      const directory = await makeTemporaryDirectory();
      const store = createFsArtifactStore({ directory, durable });
      return {
        store,
        leaveIncompleteUpload: async (ageMs) => {
          const path = join(directory, 'incoming', `${randomUUID()}.part`);
          const begunAt = new Date(Date.now() - ageMs);
          await mkdir(join(directory, 'incoming'), { recursive: true });
          await writeFile(path, 'part');
          await utimes(path, begunAt, begunAt);
        },
        close: async () => {
          await store.close();
          await removeTemporaryDirectory(directory);
        },
      };
    },
    {
      capabilities: {
        nestedKeys: false,
        // The usual file systems of macOS take names that differ in case or normal form for the same.
        exactKeys: process.platform === 'linux',
        incompleteUploads: true,
      },
    },
  );
}
