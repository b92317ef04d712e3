import { ReadableStream } from 'node:stream/web';
import { Upload } from '@aws-sdk/lib-storage';
import { ContentMeter, type ExpectedContent, type MeasuredContent, PubpipeError, pullContent } from '@pubpipe/core';
import { ContentBlocks, tooLarge } from './content-blocks.ts';
import type { ResolvedS3ArtifactStoreOptions } from './s3-artifact-store-options.ts';
import { UploadRequests, type UploadTarget } from './upload-requests.ts';

/** What {@link uploadObject} needs to know besides the content. */
export interface ObjectUpload extends UploadTarget {
  readonly mediaType: string;
  readonly expected: ExpectedContent | undefined;
  readonly options: Pick<ResolvedS3ArtifactStoreOptions, 'partSizeBytes' | 'maxObjectBytes' | 'queueSize'>;
}

/**
 * Uploads content of unknown length: in one request if it fits in a part, else in parts. When this
 * has settled, no request of it goes on; when it rejects, the key holds what it held before.
 */
export async function uploadObject(content: AsyncIterable<Uint8Array>, upload: ObjectUpload): Promise<MeasuredContent> {
  const { bucket: Bucket, name: Key, mediaType: ContentType, expected, options } = upload;
  const { partSizeBytes, queueSize, maxObjectBytes } = options;
  const meter = new ContentMeter(expected);
  if (expected?.byteSize !== undefined && expected.byteSize > maxObjectBytes) throw tooLarge(maxObjectBytes);

  const requests = new UploadRequests(upload, (bytes) => blocks.isReused(bytes));
  const chunks = pullContent(content, requests.signal);
  const blocks = new ContentBlocks({ chunks, meter, partSizeBytes, maxObjectBytes });
  const source = blocks[Symbol.asyncIterator]();
  try {
    const params = { Bucket, Key, Body: toStream(source), ContentType, Metadata: requests.metadata };
    const engine = new Upload({
      client: requests.client,
      params,
      partSize: partSizeBytes,
      queueSize,
      leavePartsOnError: true,
    });
    await engine.done();
  } catch (error) {
    requests.fail(error);
  }
  // Ends the source where lib-storage stopped without reading on.
  await source.return().catch((error: unknown) => requests.fail(error));
  await chunks.return();
  await requests.end();
  if (blocks.measured !== undefined) return blocks.measured;
  throw new PubpipeError('INTERNAL', 'The upload ended before its content did.');
}

/** As a stream that pulls a block only when lib-storage asks for one, where a Node stream would pull ahead. */
function toStream(source: AsyncIterator<Uint8Array>): ReadableStream<Uint8Array> {
  const pull = async (controller: { close(): void; enqueue(block: Uint8Array): void }): Promise<void> => {
    const { done, value } = await source.next();
    if (done === true) controller.close();
    else controller.enqueue(value);
  };
  return new ReadableStream({ pull }, { highWaterMark: 0 });
}
