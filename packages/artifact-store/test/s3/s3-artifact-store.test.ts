import { randomUUID } from 'node:crypto';
import { CreateMultipartUploadCommand, type ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3';
import { describeArtifactStore } from '@pubpipe/core/testing';
import { useS3Bucket } from '../support/s3-bucket.ts';

const bucket = useS3Bucket();

describeArtifactStore(
  'S3ArtifactStore',
  async () => {
    const ages = new Map<string, number>();
    const client = bucket().connect();
    // No server lets an upload be dated back, so its listing is.
    client.middlewareStack.add(
      (next) => async (request) => {
        const answer = await next(request);
        const { Uploads = [] } = answer.output as Partial<ListMultipartUploadsCommandOutput>;
        for (const upload of Uploads) {
          const ageMs = ages.get(upload.UploadId ?? '') ?? 0;
          if (upload.Initiated !== undefined) upload.Initiated = new Date(upload.Initiated.getTime() - ageMs);
        }
        return answer;
      },
      { step: 'initialize' },
    );
    const store = bucket().openStore({ client, prefix: '' });
    return {
      store,
      leaveIncompleteUpload: async (ageMs) => {
        const command = new CreateMultipartUploadCommand({ Bucket: bucket().name, Key: randomUUID() });
        const { UploadId = '' } = await client.send(command);
        ages.set(UploadId, ageMs);
      },
      close: async () => {
        await store.close();
        await bucket().empty();
      },
    };
  },
  { capabilities: { nestedKeys: true, exactKeys: true, incompleteUploads: true } },
);
