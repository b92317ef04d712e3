import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createS3ArtifactStore } from '@pubpipe/artifact-store/s3';
import { expect, onTestFinished, test } from 'vitest';
import { openSharedS3 } from '../../kit/shared-s3.ts';
import { createTestBucket, createTestClient } from '../../kit/test-bucket.ts';
import { openTestPipeline, readText } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

const text = '<SCRIBUSUTF8NEW Version="1.5.8"/>';
const sha256 = createHash('sha256').update(text).digest('hex');

async function openWithBuckets() {
  const access = await openSharedS3();
  const client = createTestClient(access);
  const [own, customers] = [await createTestBucket(access), await createTestBucket(access)];
  const store = createS3ArtifactStore({ client, bucket: own.name, importBuckets: [customers.name] });
  onTestFinished(async () => {
    await store.close();
    await own.remove();
    await customers.remove();
    client.destroy();
  });
  await client.send(new PutObjectCommand({ Bucket: customers.name, Key: 'orders/7/card.sla', Body: text }));
  const renderer = createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole'));
  const opened = await openTestPipeline({ renderer, aroundArtifactStore: () => store, objectImports: store });
  return { ...opened, store, bucket: customers.name };
}

test('an object that is already in an allowed bucket becomes a document by key and SHA-256, and is rendered', async () => {
  const { pipeline, bucket } = await openWithBuckets();
  const document = await pipeline.importArtifact({ bucket, key: 'orders/7/card.sla', sha256 });
  expect(document).toMatchObject({
    kind: 'upload',
    state: 'ready',
    fileName: 'card.sla',
    sha256,
    byteSize: text.length,
  });
  expect(await readText((await pipeline.download(document)).body)).toBe(text);
  const job = await pipeline.renderAndWait({ document: document.id, renditions: [{ kind: 'pdf' }] });
  const [output] = job.outputs;
  expect(await readText((await pipeline.download({ id: output?.artifact.id ?? '' })).body)).toBe('the whole');
});

test('an object that is not what it was said to be becomes none, and nothing is stored', async () => {
  const { pipeline, store, bucket } = await openWithBuckets();
  const importing = pipeline.importArtifact({ bucket, key: 'orders/7/card.sla', sha256: '0'.repeat(64) });
  await expect(importing).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  expect(await Array.fromAsync(store.list())).toEqual([]);
});

test('an object of another bucket is refused', async () => {
  const { pipeline } = await openWithBuckets();
  const importing = pipeline.importArtifact({ bucket: 'somebody-elses', key: 'orders/7/card.sla', sha256 });
  await expect(importing).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

test('a pipeline without imports says so', async () => {
  const { pipeline } = await openTestPipeline({ renderer: createScriptedRenderer(async () => {}), startWorker: false });
  const importing = pipeline.importArtifact({ bucket: 'any', key: 'card.sla', sha256 });
  await expect(importing).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
