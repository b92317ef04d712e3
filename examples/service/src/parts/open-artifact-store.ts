import { S3Client } from '@aws-sdk/client-s3';
import { createFsArtifactStore } from '@pubpipe/artifact-store/fs';
import { createS3ArtifactStore } from '@pubpipe/artifact-store/s3';
import type { ArtifactStore } from '@pubpipe/core';
import type { ArtifactsSettings } from '../settings/shared-settings.ts';

/** Opens the store of files: a directory that all processes see, or a bucket. What it opens is put into `closing`. */
export function openArtifactStore(settings: ArtifactsSettings, closing: AsyncDisposableStack): ArtifactStore {
  if (settings.ARTIFACTS === 'fs') {
    const store = createFsArtifactStore({ directory: settings.ARTIFACTS_DIRECTORY });
    closing.defer(() => store.close());
    return store;
  }
  const { S3_BUCKET: bucket, S3_PREFIX: prefix, S3_REGION: region } = settings;
  const client = new S3Client({ region, ...serverOf(settings), ...credentialsOf(settings) });
  closing.defer(() => client.destroy());
  const store = createS3ArtifactStore({ client, bucket, prefix });
  closing.defer(() => store.close());
  return store;
}

type S3Settings = Extract<ArtifactsSettings, { ARTIFACTS: 's3' }>;

/** Servers other than AWS have no host for each bucket, and some know no checksums of new kinds. */
function serverOf({ S3_ENDPOINT: endpoint }: S3Settings) {
  if (endpoint === undefined) return {};
  return {
    endpoint,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  } as const;
}

function credentialsOf({ S3_ACCESS_KEY: accessKeyId, S3_SECRET_KEY: secretAccessKey }: S3Settings) {
  if (accessKeyId === undefined || secretAccessKey === undefined) return {};
  return { credentials: { accessKeyId, secretAccessKey } };
}
