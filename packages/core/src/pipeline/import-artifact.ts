import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { ReadyArtifact } from '../job/artifact.ts';
import { parseFileName } from './file-name.ts';
import type { PipelineParts } from './pipeline-parts.ts';

type Parts = Pick<PipelineParts, 'objectImports' | 'metrics' | 'uploadExpiresInMs'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'beginArtifact' | 'publishArtifact'>;
};

/** An object that is already in a bucket that the store may import from. */
export interface ArtifactImport {
  readonly bucket: string;
  /** Its name in that bucket. */
  readonly key: string;
  /** What it must be: SHA-256 in lower-case hexadecimal. */
  readonly sha256: string;
  /** Its length in bytes, if that is to be checked too. */
  readonly byteSize?: number | undefined;
  /** The file's name; folders are refused. @defaultValue the last part of `key` */
  readonly fileName?: string | undefined;
  /** @defaultValue 'application/octet-stream' */
  readonly mediaType?: string | undefined;
  /** Whose it is. @defaultValue 'default' */
  readonly tenant?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Makes an artifact of an object: its row first, then the verified copy, then the row says that it is whole. */
export async function importArtifact(parts: Parts, source: ArtifactImport): Promise<ReadyArtifact> {
  const { jobStore, objectImports, metrics, uploadExpiresInMs: expiresInMs } = parts;
  const { bucket, key, sha256, byteSize, tenant = 'default', signal } = source;
  const { mediaType = 'application/octet-stream', fileName = key.slice(key.lastIndexOf('/') + 1) } = source;
  if (objectImports === undefined) {
    throw new PubpipeError('INVALID_INPUT', 'This pipeline imports no objects: it was made without objectImports.');
  }
  const artifact = await jobStore.beginArtifact({
    tenant,
    kind: 'upload',
    fileName: parseFileName(fileName),
    mediaType,
  });
  const content = await objectImports.importObject({
    bucket,
    key,
    as: artifact.storageKey,
    expected: { sha256, byteSize },
    mediaType,
    signal,
  });
  metrics.artifactBytes({ direction: 'in', bytes: content.byteSize });
  return await jobStore.publishArtifact(tenant, { artifactId: artifact.id, ...content }, { expiresInMs });
}
