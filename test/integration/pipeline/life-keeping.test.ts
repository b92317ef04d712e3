import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFsArtifactStore } from '@pubpipe/artifact-store/fs';
import { createS3ArtifactStore } from '@pubpipe/artifact-store/s3';
import {
  createPipeline,
  type Delivery,
  type JobStore,
  type JobView,
  type PipelineOptions,
  parseArtifactKey,
} from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { createInProcessEventBus, createInProcessQueue, createMemoryArtifactStore } from '@pubpipe/core/memory';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { deleteContents } from '../../../packages/core/src/pipeline/delete-contents.ts';
import { openSharedS3 } from '../../kit/shared-s3.ts';
import { createTestBucket, createTestClient } from '../../kit/test-bucket.ts';

/** A pipeline on SQLite in memory whose deliveries are noted and go nowhere. */
async function open(options: Partial<PipelineOptions> = {}) {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: new SQLite(':memory:') }) });
  const jobStore = (await openKyselyJobStore({ db, dialect: 'sqlite', migrate: true })) as JobStore;
  const told: Delivery[] = [];
  const queue = createInProcessQueue();
  const consumer = queue.consume(async (delivery) => void told.push(delivery), { concurrency: 100 });
  const artifactStore = options.artifactStore ?? createMemoryArtifactStore();
  const bus = createInProcessEventBus();
  const pipeline = createPipeline({ jobStore, artifactStore, queue, bus, ...options });
  onTestFinished(async () => {
    await pipeline.close();
    await consumer.close();
    await queue.close();
    await db.destroy();
  });
  const upload = (tenant: string) => pipeline.upload({ tenant, fileName: 'a.sla', content: text('<x/>') });
  const submit = async (tenant: string, request: object = {}) =>
    await pipeline.submit({ tenant, document: (await upload(tenant)).id, renditions: [{ kind: 'pdf' }], ...request });
  return { pipeline, jobStore, artifactStore, told, upload, submit };
}

async function* text(content: string) {
  yield Buffer.from(content);
}

/** Waits until the clock says another time. */
function tick(): Promise<unknown> {
  const start = Date.now();
  return vi.waitUntil(() => Date.now() > start + 2);
}

describe('places of tenants', () => {
  it('one tenant with many jobs delays no other, and a freed place is dispatched at once', async () => {
    const { submit, told, pipeline } = await open({ maxRunningPerTenant: 4 });
    const many: JobView[] = [];
    for (let index = 0; index < 10; index += 1) many.push((await submit('many')).job);
    const { job: single } = await submit('single');
    await vi.waitFor(() => expect(told).toHaveLength(4));
    await pipeline.dispatcher.dispatchDue();
    expect(told.map(({ jobId }) => jobId).toSorted()).toEqual(
      [...many.slice(0, 3), single].map(({ id }) => id).toSorted(),
    );
    const { job: preview } = await submit('many', { lane: 'interactive' });
    await vi.waitFor(() => expect(told.at(-1)?.jobId).toBe(preview.id));
    await pipeline.cancel({ tenant: 'many', id: many[0]?.id ?? '' });
    await vi.waitFor(() => expect(told.at(-1)?.jobId).toBe(many[3]?.id));
    expect(told).toHaveLength(6);
  });

  it('a round comes to every one of many tenants', async () => {
    const { submit, told, pipeline } = await open({ maxRunningPerTenant: 1 });
    for (let index = 0; index < 150; index += 1) await submit(`tenant-${index}`);
    await vi.waitFor(async () => {
      await pipeline.dispatcher.dispatchDue();
      expect(new Set(told.map(({ jobId }) => jobId)).size).toBe(150);
    });
  });
});

describe('runAt', () => {
  it('is when a job is dispatched, by a timer of the process that wrote it', async () => {
    const { submit, told } = await open();
    const runAt = new Date(Date.now() + 300);
    const { job } = await submit('a', { runAt });
    expect(job.runAt).toBe(runAt.getTime());
    expect(told).toEqual([]);
    await vi.waitFor(() => expect(told).toHaveLength(1), 10_000);
    expect(Date.now()).toBeGreaterThanOrEqual(runAt.getTime());
  });

  it('is refused when it is no time, or beside delayMs', async () => {
    const { submit } = await open();
    for (const request of [{ runAt: new Date(Number.NaN) }, { runAt: -1 }, { runAt: 1, delayMs: 1 }]) {
      await expect(submit('a', request)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
  });
});

describe.each([
  ['the file system', openFsStore],
  ['S3', openS3Store],
])('erase, with content on %s', (_, openStore) => {
  it('removes what its dry run told, and then no row, key, event or byte of it is left', async () => {
    const { submit, pipeline, jobStore, artifactStore } = await open({ artifactStore: await openStore() });
    const keep = await submit('other');
    const same = { idempotencyKey: 'order 7', reference: 'order 7', labels: { customer: 'Ada' } };
    const { job } = await submit('a', same);
    await submit('a', { assets: [{ name: 'b.png', artifact: job.input.id }] });
    const claimed = await jobStore.claim({ jobId: job.id, owner: 'worker', leaseMs: 60_000 });
    const report = await pipeline.parts.jobStore.beginArtifact({
      tenant: 'a',
      kind: 'rendition',
      fileName: 'x',
      mediaType: 'x/y',
    });
    await artifactStore.put(report.storageKey, text('an output'));
    const output = { artifactId: report.id, byteSize: 9, sha256: 'ab', name: 'document.pdf' };
    if (claimed !== undefined) await jobStore.complete(claimed.claim, { outputs: [output], summary: {} });
    await pipeline.upload({ tenant: 'a', fileName: 'unused.sla', content: text('unused') });

    const scope = { tenant: 'a' };
    const { remaining: told } = await pipeline.erase(scope);
    const { removed, remaining } = await pipeline.erase({ ...scope, dryRun: false });
    const { jobs, events, artifacts, bytes } = told;
    // The job that was still queued has been cancelled first, which is an event more.
    expect(removed).toEqual({
      jobs,
      records: 0,
      events: events + 1,
      artifacts,
      bytes,
      webhooks: 0,
      webhookDeliveries: 0,
    });
    expect(remaining).toMatchObject({
      jobs: 0,
      events: 0,
      artifacts: 0,
      contentsToDelete: artifacts,
      bytesToDelete: bytes,
    });
    for (const keepDeletedMs of [0, 0]) {
      await tick();
      const sweep = await jobStore.sweep({ limit: 100, maxClaims: 20, abandonedAfterMs: 1e9, keepDeletedMs });
      await deleteContents(pipeline.parts, sweep.deletable, new AbortController().signal);
    }
    expect(await pipeline.erase(scope)).toMatchObject({ complete: true });
    const keys = (await Array.fromAsync(artifactStore.list())).map(({ key }) => key);
    expect(keys).toEqual([keep.job.input.storageKey]);
    expect((await jobStore.readFeed({ scope: { tenant: 'a' }, after: 0 })).entries).toEqual([]);
    expect(await submit('a', { ...same, labels: {} })).toMatchObject({ created: true });
  });
});

describe('erase', () => {
  it('only reports unless told otherwise, then erases and tells what the sweeper has to delete', async () => {
    const { submit, pipeline } = await open();
    const { job } = await submit('a');
    const scope = { tenant: 'a' };
    expect(await pipeline.erase(scope)).toMatchObject({
      dryRun: true,
      removed: { jobs: 0 },
      remaining: { jobs: 1, events: 1, artifacts: 1, bytes: 4 },
      complete: false,
    });
    expect((await pipeline.get(job)).status).toBe('queued');
    expect(await pipeline.erase({ ...scope, dryRun: false })).toMatchObject({
      removed: { jobs: 1, events: 2, artifacts: 1, bytes: 4 },
      remaining: { jobs: 0, artifacts: 0, contentsToDelete: 1, bytesToDelete: 4 },
      complete: false,
    });
    expect(await pipeline.erase({ tenant: 'nobody', dryRun: false })).toMatchObject({ complete: true });
  });
});

async function openFsStore() {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-scrub-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return createFsArtifactStore({ directory });
}

async function openS3Store() {
  const access = await openSharedS3();
  const [client, bucket] = [createTestClient(access), await createTestBucket(access)];
  const store = createS3ArtifactStore({ client, bucket: bucket.name });
  onTestFinished(async () => {
    await store.close();
    await bucket.remove();
    client.destroy();
  });
  return store;
}

describe.each([
  ['memory', async () => createMemoryArtifactStore()],
  ['the file system', openFsStore],
  ['S3', openS3Store],
])('scrub of %s', (_, openStore) => {
  const young = { olderThanMs: 0 };
  const strayKey = parseArtifactKey('artifacts/00/stray');

  it('reports orphans, missing content and other sizes, and deletes only orphans of its own store', async () => {
    const { upload, pipeline, artifactStore } = await open({ artifactStore: await openStore() });
    const [whole, missing, other] = [await upload('a'), await upload('a'), await upload('a')];
    await artifactStore.put(strayKey, text('stray'));
    await artifactStore.put(parseArtifactKey('elsewhere/stray'), text('not ours'));
    await artifactStore.delete(missing.storageKey);
    await artifactStore.put(other.storageKey, text('longer content'));
    await tick();
    expect(await pipeline.scrub()).toMatchObject({ dryRun: true, objects: 3, orphans: 0, missing: 1 });
    const found: string[] = [];
    const onFinding = ({ kind, key }: { kind: string; key: string }) => void found.push(`${kind} ${key}`);
    const counts = { objects: 3, rows: 3, orphans: 1, orphanBytes: 5, missing: 1, sizeMismatches: 1 };
    expect(await pipeline.scrub({ ...young, onFinding })).toEqual({ ...counts, dryRun: true, deleted: 0 });
    expect(found.toSorted()).toEqual(
      [`missing ${missing.storageKey}`, `orphan ${strayKey}`, `sizeMismatch ${other.storageKey}`].toSorted(),
    );
    await expect(pipeline.scrub({ ...young, dryRun: false })).rejects.toMatchObject({ code: 'STORE_NOT_OWNED' });
    const scrubbed = await pipeline.scrub({ ...young, dryRun: false, claimStore: true });
    expect(scrubbed).toEqual({ ...counts, dryRun: false, deleted: 1 });
    expect(await pipeline.scrub({ ...young, dryRun: false })).toMatchObject({
      orphans: 0,
      missing: 1,
      sizeMismatches: 1,
    });
    expect(await artifactStore.head(whole.storageKey)).toMatchObject({ byteSize: 4 });
    expect(await artifactStore.head(parseArtifactKey('elsewhere/stray'))).toMatchObject({ byteSize: 8 });
  });

  it("refuses another database's store, and one whose marker can't be read", async () => {
    const artifactStore = await openStore();
    const [mine, theirs] = [await open({ artifactStore }), await open({ artifactStore })];
    await mine.pipeline.scrub({ dryRun: false, claimStore: true });
    for (const options of [{}, { dryRun: false, claimStore: true }]) {
      await expect(theirs.pipeline.scrub(options)).rejects.toMatchObject({ code: 'STORE_NOT_OWNED' });
    }
    await artifactStore.put(parseArtifactKey('pubpipe-owner.json'), text('{'));
    await expect(mine.pipeline.scrub()).rejects.toMatchObject({ code: 'STORE_NOT_OWNED' });
  });
});
