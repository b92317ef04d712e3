import { Client } from 'pg';
import { PgBoss } from 'pg-boss';
import { poolSize } from '../../job-store/bench-database.ts';
import { concurrency, type QueueSubject, type Setting } from './queue-subjects.ts';

/** What pg-boss needs. */
export interface PgBossPlace {
  readonly postgresUrl: string;
}

const queue = 'jobs';

/** pg-boss, which is told of new jobs by PostgreSQL. */
export async function openPgBoss({ postgresUrl }: PgBossPlace, setting: Setting): Promise<QueueSubject> {
  const supervision = setting === 'quick-recovery' ? { superviseIntervalSeconds: 1, monitorIntervalSeconds: 1 } : {};
  const boss = new PgBoss({
    connectionString: postgresUrl,
    max: poolSize,
    schedule: false,
    useListenNotify: true,
    ...supervision,
  });
  boss.on('error', console.error);
  await boss.start();
  // The least that it allows.
  await boss.createQueue(queue, { notify: true, ...(setting === 'quick-recovery' ? { heartbeatSeconds: 10 } : {}) });
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  return {
    async submit(job) {
      await boss.send(queue, { job });
    },
    async startWorker(work) {
      // A batch ends as a whole: right for short jobs alone.
      const taking =
        setting === 'fast' ? { batchSize: concurrency, burstWhenBatchFull: true } : { localConcurrency: concurrency };
      // Nobody is told of jobs that are due once more: they are looked for.
      const looking = setting === 'quick-recovery' ? { notifyPollingIntervalSeconds: 0.5 } : {};
      const options = { ...taking, ...looking, pollingIntervalSeconds: 0.5 };
      await boss.work<{ readonly job: string }>(queue, options, async (jobs) => {
        await Promise.all(jobs.map(({ data }) => work(data.job)));
      });
    },
    async isSettled() {
      const text = `SELECT 1 FROM pgboss.job WHERE name = $1 AND state IN ('created', 'retry', 'active') LIMIT 1`;
      return (await client.query(text, [queue])).rowCount === 0;
    },
    async close() {
      await client.end();
      await boss.stop({ graceful: false });
    },
  };
}
