import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Stage } from './open-stage.ts';

/** A job as its row has it. Times are of the database's clock, in milliseconds. */
export interface JobRow {
  readonly id: string;
  readonly status: string;
  readonly attempt: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/** Reads all jobs of a stage. */
export async function readJobs({ db }: Pick<Stage, 'db'>): Promise<readonly JobRow[]> {
  const { rows } = await sql<Record<keyof JobRow, string | null>>`
    SELECT id, status, attempt, created_at AS "createdAt", started_at AS "startedAt", finished_at AS "finishedAt"
    FROM pubpipe_jobs`.execute(db);
  const orNull = (value: string | null) => (value === null ? null : Number(value));
  return rows.map(({ id, status, attempt, createdAt, startedAt, finishedAt }) => ({
    id: String(id),
    status: String(status),
    attempt: Number(attempt),
    createdAt: Number(createdAt),
    startedAt: orNull(startedAt),
    finishedAt: orNull(finishedAt),
  }));
}

/** Waits until no job of a stage is queued or running, no longer than `timeoutMs`. Answers whether it came to that. */
export async function allEnded({ db }: Pick<Stage, 'db'>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  const open = sql<{ readonly id: string }>`SELECT id FROM pubpipe_jobs WHERE status IN ('queued', 'running') LIMIT 1`;
  while ((await open.execute(db)).rows.length > 0) {
    if (performance.now() > deadline) return false;
    await wait(50);
  }
  return true;
}
