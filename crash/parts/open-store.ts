import type { ArtifactStore } from '@pubpipe/core';
import type { StorePlace } from './process-setup.ts';

/** An artifact store, and how to end what it works with. */
export interface OpenedStore {
  readonly artifactStore: ArtifactStore;
  readonly close: () => void;
}

/** Opens the artifact store of a round. Only what it needs is loaded: processes of the test start often. */
export async function openStore(place: StorePlace): Promise<OpenedStore> {
  if (place.kind === 'fs') {
    const { createFsArtifactStore } = await import('@pubpipe/artifact-store/fs');
    // Only the loss of power tells the difference, and no fault of the test is that.
    return { artifactStore: createFsArtifactStore({ directory: place.directory, durable: false }), close() {} };
  }
  const { createTestClient } = await import('../../test/kit/test-bucket.ts');
  const { createS3ArtifactStore } = await import('@pubpipe/artifact-store/s3');
  const client = createTestClient(place.access);
  const artifactStore = createS3ArtifactStore({ client, bucket: place.bucket, partSizeBytes: 5 * 1024 ** 2 });
  return { artifactStore, close: () => client.destroy() };
}
