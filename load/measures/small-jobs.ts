import { readFile } from 'node:fs/promises';
import { median, percentile, spread } from '../../bench/statistics.ts';
import type { Row } from '../../bench/suite.ts';
import { sendSteadily } from '../client/send-steadily.ts';
import type { LoadOptions } from '../load-options.ts';
import { readJobs } from '../stage/jobs-of-stage.ts';
import type { LoadServers } from '../stage/load-servers.ts';
import { openStage } from '../stage/open-stage.ts';
import { uploadFile } from '../stage/upload-file.ts';

/** A business card of Scribus' own. */
const card = '/usr/share/scribus/templates/buscard1/buscard1.sla.gz';
const warmUps = 5;

/**
 * How long a small job waits and takes with real Scribus, one a second: from the request until its answer, which
 * waits for the end of the job, and from the job's row to its claim.
 */
export async function measureSmallJobs(servers: LoadServers, { seconds }: LoadOptions): Promise<readonly Row[]> {
  const stage = await openStage({ ...(await servers.place()), renderer: 'scribus' });
  try {
    const { client } = stage;
    const document = await uploadFile(client, 'card.sla.gz', await readFile(card));
    const exchanges = await sendSteadily({
      ratePerSecond: 1,
      count: warmUps + seconds,
      send: () => ({
        route: 'POST /jobs',
        status: client
          .ask({
            method: 'POST',
            path: '/print/jobs',
            json: { document: document.id, renditions: [{ kind: 'pdf' }] },
            headers: { Prefer: 'wait=30' },
          })
          .then(({ status }) => status),
      }),
    });
    const counted = exchanges.slice(warmUps);
    const ended = counted.filter(({ status }) => status === 200).map(({ latencyMs }) => latencyMs / 1_000);
    const rows = (await readJobs(stage)).toSorted((a, b) => a.createdAt - b.createdAt).slice(warmUps);
    const waitsMs = rows.map(({ createdAt, startedAt }) => (startedAt ?? Number.POSITIVE_INFINITY) - createdAt);
    const notCompleted = rows.filter(({ status }) => status !== 'completed').length + counted.length - ended.length;
    const few = { samples: counted.length, comparator: '<=' } as const;
    return [
      { id: 'queue-wait-median-ms', value: median(waitsMs), unit: 'ms', samples: waitsMs.length },
      { id: 'queue-wait-p95-ms', value: percentile(waitsMs, 0.95), unit: 'ms', goal: 100, ...few },
      { id: 'small-job-median-s', value: median(ended), unit: 's', samples: ended.length, spread: spread(ended) },
      // The slowest but one in twenty.
      { id: 'small-job-s', value: percentile(ended, 0.95), unit: 's', goal: 1, ...few },
      { id: 'small-jobs-not-completed', value: notCompleted, unit: 'jobs', goal: 0, ...few },
    ];
  } finally {
    await stage.close();
  }
}
