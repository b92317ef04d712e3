import type { ReadyArtifact } from '../job/artifact.ts';
import type { RowId } from '../ports/artifact-rows.ts';
import type { ArtifactContent, ByteRange, ExpectedContent } from '../ports/artifact-store.ts';
import { openSource } from '../storing/open-source.ts';
import { sniffedBytes, sniffMediaType } from '../storing/sniff-media-type.ts';
import { parseFileName } from './file-name.ts';
import type { PipelineParts } from './pipeline-parts.ts';

type Parts = Pick<PipelineParts, 'artifactStore' | 'metrics' | 'uploadExpiresInMs'> & {
  readonly jobStore: Pick<PipelineParts['jobStore'], 'beginArtifact' | 'publishArtifact' | 'getArtifact'>;
};

/** A file that a caller sends in. */
export interface Upload {
  /** The file's name; folders are refused. The document's must end in `.sla` or `.sla.gz`. */
  readonly fileName: string;
  /** Its bytes. They are pulled no faster than they can be stored. */
  readonly content: AsyncIterable<Uint8Array>;
  /** @defaultValue what the first bytes of the content say */
  readonly mediaType?: string | undefined;
  /** What the content must turn out to be. */
  readonly expected?: ExpectedContent | undefined;
  /** Whose it is. @defaultValue 'default' */
  readonly tenant?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Content that is being read, with the row that describes it. */
export interface Download extends ArtifactContent {
  readonly artifact: ReadyArtifact;
}

/** Stores an upload: its row first, then its content, then the row says that it is whole. */
export async function uploadArtifact(parts: Parts, upload: Upload): Promise<ReadyArtifact> {
  const { jobStore, artifactStore, metrics, uploadExpiresInMs: expiresInMs } = parts;
  const { tenant = 'default', expected, signal } = upload;
  const source = openSource(upload.content, signal);
  try {
    const fileName = parseFileName(upload.fileName);
    const mediaType = upload.mediaType ?? (await sniffMediaType(await source.head(sniffedBytes)));
    const artifact = await jobStore.beginArtifact({ tenant, kind: 'upload', fileName, mediaType });
    const content = await artifactStore.put(artifact.storageKey, source.chunks, { mediaType, expected, signal });
    metrics.artifactBytes({ direction: 'in', bytes: content.byteSize });
    return await jobStore.publishArtifact(tenant, { artifactId: artifact.id, ...content }, { expiresInMs });
  } finally {
    source.close();
  }
}

/** Opens an artifact's content. */
export async function downloadArtifact(
  parts: Parts,
  id: RowId,
  options: { readonly range?: ByteRange | undefined; readonly signal?: AbortSignal | undefined },
): Promise<Download> {
  const artifact = await parts.jobStore.getArtifact(id);
  const content = await parts.artifactStore.get(artifact.storageKey, options);
  parts.metrics.artifactBytes({ direction: 'out', bytes: content.contentLength });
  return { ...content, artifact };
}
