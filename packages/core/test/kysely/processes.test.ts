import { migrateJobStore, migrations, openKyselyJobStore } from '@pubpipe/core/kysely';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { outputOf, startProcess } from '../support/child-process.ts';
import { newDatabase } from '../support/new-database.ts';
import { submitSome, tenant, upload } from '../support/some-jobs.ts';

const start = (count: number, program: string, args: readonly string[]) =>
  Promise.all(Array.from({ length: count }, () => startProcess(program, args)));

describe.each([
  ['SQLite file', 'sqlite'],
  ['PostgreSQL database', 'postgres'],
] as const)('several processes on one %s', (_, kind) => {
  it.each(['a new one', 'one whose schema is older'])(
    'migrate %s once when all start at the same time',
    async (age) => {
      await using database = await newDatabase(kind);
      if (age !== 'a new one') {
        const table = kind === 'sqlite' ? 'pubpipe_migrations' : 'printing.pubpipe_migrations';
        if (kind === 'postgres') await sql`CREATE SCHEMA printing`.execute(database.db);
        await sql`CREATE TABLE ${sql.table(table)} (name text PRIMARY KEY, applied_at bigint NOT NULL)`.execute(
          database.db,
        );
      }
      const processes = await start(4, 'migrate', [database.location]);
      for (const one of processes) one.begin();
      const applied = await Promise.all(processes.map(outputOf));
      expect(applied.flat()).toEqual(migrations.map(({ name }) => name));
    },
  );

  it('claim each job exactly once, and lose nothing that any of them writes', async () => {
    await using database = await newDatabase(kind);
    const { db, dialect, location } = database;
    const store = await openKyselyJobStore({ db, dialect, migrate: true });
    const jobIds = (await submitSome(store, 60)).map(({ job }) => job.id);
    const processes = await start(3, 'work-off', [location, ...jobIds]);
    for (const one of processes) one.begin();
    const had = await Promise.all(processes.map(outputOf));
    expect(had.flat().toSorted()).toEqual(jobIds.toSorted());
    expect(await store.countByStatus()).toMatchObject({ queued: 0, running: 0, completed: jobIds.length });
    for (const id of jobIds) {
      const events = await store.events({ tenant, id });
      expect(events.map(({ seq, type }) => `${seq} ${type}`)).toEqual([
        '1 queued',
        '2 started',
        '3 progress',
        '4 completed',
      ]);
    }
  });

  it('make one job of the same request under the same key', async () => {
    await using database = await newDatabase(kind);
    const { db, dialect, location } = database;
    const store = await openKyselyJobStore({ db, dialect, migrate: true });
    const keys = [...Array(25).keys()].map((index) => `order-${index}`);
    const processes = await start(3, 'submit-once', [location, await upload(store), ...keys]);
    for (const one of processes) one.begin();
    const answers = (await Promise.all(processes.map(outputOf))).flat().map((line) => line.split(' '));
    expect(answers).toHaveLength(3 * keys.length);
    for (const key of keys) {
      const same = answers.filter(([name]) => name === key);
      expect(new Set(same.map(([, id]) => id)).size).toBe(1);
      expect(same.filter(([, , created]) => created === 'true')).toHaveLength(1);
    }
    expect((await store.countByStatus()).queued).toBe(keys.length);
  });

  it('leave a consistent database when one is killed in the middle of many submits', async () => {
    await using database = await newDatabase(kind);
    const { db, dialect, location } = database;
    const store = await openKyselyJobStore({ db, dialect, migrate: true });
    const artifactId = await upload(store);
    for (const killAfter of [1, 7, 20]) {
      const submitter = await startProcess('submit-for-ever', [location, artifactId]);
      submitter.begin();
      const told: string[] = [];
      for await (const id of submitter.lines) {
        told.push(id);
        if (told.length === killAfter) await submitter.kill();
      }
      // What it was told is there, with all that belongs to it.
      for (const id of told) expect((await store.get({ tenant, id })).assets).toHaveLength(1);
    }
    const { rows } = await sql<Record<'jobs' | 'events' | 'links', number | string>>`
      SELECT (SELECT count(*) FROM pubpipe_jobs) AS jobs,
        (SELECT count(*) FROM pubpipe_job_events WHERE seq = 1) AS events,
        (SELECT count(*) FROM pubpipe_job_artifacts) AS links`.execute(db);
    const { jobs, events, links } = rows[0] ?? { jobs: 0, events: -1, links: -1 };
    expect(Number(jobs)).toBeGreaterThanOrEqual(28);
    expect([events, links]).toEqual([jobs, jobs]);
    expect(await migrateJobStore({ db, dialect })).toEqual([]);
    if (dialect !== 'sqlite') return;
    expect((await sql`PRAGMA integrity_check`.execute(db)).rows).toEqual([{ integrity_check: 'ok' }]);
    expect((await sql`PRAGMA foreign_key_check`.execute(db)).rows).toEqual([]);
  });
});
