import type { NewJob } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import { expect, it } from 'vitest';
import { newDatabase } from '../support/new-database.ts';
import { jobOn, tenant, upload } from '../support/some-jobs.ts';

it.each(['sqlite', 'postgres'] as const)(
  'a job that lacks a value is refused, and not tried for ever, on %s',
  async (kind) => {
    await using database = await newDatabase(kind);
    const store = await openKyselyJobStore({ ...database, migrate: true });
    const job = jobOn(await upload(store), { requestHash: undefined } as unknown as Partial<NewJob>);
    await expect(store.submit(job)).rejects.toMatchObject({ code: 'JOB_STORE_UNAVAILABLE' });
    expect((await store.list({ tenant })).jobs).toEqual([]);
  },
);
