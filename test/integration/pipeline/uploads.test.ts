import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { PubpipeError } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import { expect, test } from 'vitest';
import { openTestPipeline, readText } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

const idle = { renderer: createScriptedRenderer(async () => {}), startWorker: false };

test('a file is stored with its length and digest', async () => {
  const { pipeline } = await openTestPipeline(idle);
  const content = createReadStream(import.meta.filename);
  const artifact = await pipeline.upload({ fileName: 'card.sla', content, mediaType: 'text/plain' });
  const { body } = await pipeline.download(artifact);
  const text = await readText(body);
  expect(text).toContain('a file is stored with its length and digest');
  expect(artifact).toMatchObject({ state: 'ready', byteSize: Buffer.byteLength(text), mediaType: 'text/plain' });
});

test('a file whose type nobody says is looked at, and stored whole', async () => {
  const { pipeline } = await openTestPipeline(idle);
  const text = `<?xml version="1.0"?>\n<SCRIBUSUTF8NEW Version="1.5.8">${'x'.repeat(100_000)}`;
  const chunks = text.match(/.{1,999}/gs)?.map((chunk) => Buffer.from(chunk)) ?? [];
  const artifact = await pipeline.upload({ fileName: 'card.sla', content: Readable.from(chunks) });
  expect(artifact).toMatchObject({ mediaType: 'application/vnd.scribus', byteSize: text.length });
  expect(await readText((await pipeline.download(artifact)).body)).toBe(text);
});

test('a file that is missing rejects, and nothing else happens', async () => {
  const { pipeline } = await openTestPipeline(idle);
  const upload = pipeline.upload({ fileName: 'card.sla', content: createReadStream('/does/not/exist') });
  await expect(upload).rejects.toMatchObject({ code: 'INTERNAL', cause: { code: 'ENOENT' } });
  expect(await Array.fromAsync(pipeline.parts.artifactStore.list())).toEqual([]);
});

test.each([
  ['a folder in its name', 'folder/card.sla'],
  ['no name', ''],
])('a file with %s is refused, and its stream is closed', async (_, fileName) => {
  const { pipeline } = await openTestPipeline(idle);
  const content = Readable.from([Buffer.from('x'), Buffer.from('y')]);
  await expect(pipeline.upload({ fileName, content })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await expect.poll(() => content.destroyed).toBe(true);
});

test('a stream that stalls is closed when the job store refuses the upload', async () => {
  const content = new Readable({ read() {} });
  const refusal = new PubpipeError('JOB_STORE_UNAVAILABLE', 'Away.');
  const refusing = await openTestPipeline({
    ...idle,
    aroundJobStore: (store) => failing(store, { beginArtifact: () => ({ when: 'before', error: refusal }) }),
  });
  await expect(refusing.pipeline.upload({ fileName: 'card.sla', mediaType: 'text/plain', content })).rejects.toBe(
    refusal,
  );
  await expect.poll(() => content.destroyed).toBe(true);
});

test('a digest that is not the declared one rejects, and nothing is stored', async () => {
  const { pipeline } = await openTestPipeline(idle);
  const content = Readable.from([Buffer.from('x')]);
  const upload = pipeline.upload({ fileName: 'card.sla', content, expected: { sha256: '0'.repeat(64) } });
  await expect(upload).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  expect(await Array.fromAsync(pipeline.parts.artifactStore.list())).toEqual([]);
});

test('a long stream is closed when the upload is refused late', async () => {
  const content = createReadStream('/dev/zero');
  const refusal = new PubpipeError('JOB_STORE_UNAVAILABLE', 'Away.');
  const { pipeline } = await openTestPipeline({
    ...idle,
    aroundJobStore: (store) =>
      failing(store, {
        async beginArtifact() {
          // By then the first chunk has been pulled.
          await expect.poll(() => content.bytesRead).toBeGreaterThan(0);
          return { when: 'before', error: refusal };
        },
      }),
  });
  await expect(pipeline.upload({ fileName: 'card.sla', content })).rejects.toBe(refusal);
  await expect.poll(() => content.destroyed).toBe(true);
});

test('an upload is described until it is removed, which may be said again', async () => {
  const { pipeline, uploadText } = await openTestPipeline(idle);
  const artifact = await uploadText('card.sla', '<SCRIBUSUTF8NEW/>');
  expect(await pipeline.getArtifact(artifact)).toEqual(artifact);
  await expect(pipeline.getArtifact({ ...artifact, tenant: 'another' })).rejects.toMatchObject({
    code: 'ARTIFACT_NOT_FOUND',
  });
  await pipeline.removeArtifact(artifact);
  await pipeline.removeArtifact(artifact);
  await expect(pipeline.getArtifact(artifact)).rejects.toMatchObject({ code: 'ARTIFACT_EXPIRED' });
});

test('an upload that a queued job needs stays', async () => {
  const { pipeline, uploadText } = await openTestPipeline(idle);
  const artifact = await uploadText('card.sla', '<SCRIBUSUTF8NEW/>');
  const { job } = await pipeline.submit({ document: artifact.id, renditions: [{ kind: 'pdf' }] });
  await expect(pipeline.removeArtifact(artifact)).rejects.toMatchObject({
    code: 'ARTIFACT_IN_USE',
    details: { jobId: job.id },
  });
  expect(await pipeline.getArtifact(artifact)).toMatchObject({ state: 'ready' });
});
