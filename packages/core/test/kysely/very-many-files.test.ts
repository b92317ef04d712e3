import type { OutputFile } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { type Kysely, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { newDatabase } from '../support/new-database.ts';
import { jobOn, tenant, upload } from '../support/some-jobs.ts';

/** Copies the row of an artifact. */
async function copies(db: Kysely<unknown>, id: string, count: number): Promise<readonly string[]> {
  const prefix = `${id}-`;
  await sql`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${sql.lit(count)})
    INSERT INTO pubpipe_artifacts (id, tenant, kind, state, storage_key, file_name, media_type, byte_size, sha256,
      metadata, created_at, expires_at)
    SELECT ${sql.lit(prefix)} || n, tenant, kind, state, storage_key || n, file_name, media_type, byte_size, sha256,
      metadata, created_at, expires_at
    FROM pubpipe_artifacts, numbers WHERE id = ${id}`.execute(db);
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}

describe.each(['sqlite', 'postgres'] as const)('on %s', (kind) => {
  it('a job has as many assets as a request may have', async () => {
    await using database = await newDatabase(kind);
    const store = await openKyselyJobStore({ ...database, migrate: true });
    const document = await upload(store);
    const files = await copies(database.db, document, 10_000);
    const assets = files.map((artifactId, index) => ({ name: `${index}.png`, artifactId }));
    const { job } = await store.submit(jobOn(document, { assets }));
    expect(job.assets).toHaveLength(10_000);
    expect(await store.get({ tenant, id: job.id })).toEqual(job);
  });

  it('a job has an output for each of thousands of pages, also when some were shown before', async () => {
    await using database = await newDatabase(kind);
    const store = await openKyselyJobStore({ ...database, migrate: true });
    const document = await upload(store);
    for (const shown of [0, 2]) {
      const { job } = await store.submit(jobOn(document));
      const claimed = await store.claim({ jobId: job.id, owner: 'worker', leaseMs: 600_000 });
      const claim = claimed?.claim ?? { tenant, jobId: '', attempt: 0 };
      const blank = { tenant, kind: 'rendition', fileName: 'page.png', mediaType: 'image/png' } as const;
      const files = await copies(database.db, (await store.beginArtifact(blank)).id, 6_000);
      const outputs = files.map((artifactId, index): OutputFile & { page: number } => ({
        artifactId,
        name: `${index}.png`,
        page: index,
        byteSize: index,
        sha256: 'ab'.repeat(32),
      }));
      for (const output of outputs.slice(0, shown)) await store.publishPreview(claim, output);
      await store.complete(claim, { outputs, summary: {} });
      const completed = await store.get({ tenant, id: job.id });
      expect(completed.status).toBe('completed');
      expect(completed.outputs.map(({ artifact }) => [artifact.id, artifact.byteSize])).toEqual(
        outputs.map(({ artifactId, byteSize }) => [artifactId, byteSize]),
      );
    }
  });
});
