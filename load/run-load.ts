import type { Row } from '../bench/suite.ts';
import type { LoadOptions, MeasureName } from './load-options.ts';
import { measureDownloads } from './measures/downloads.ts';
import { measureRedisFrozen } from './measures/redis-frozen.ts';
import { measureSlowClients } from './measures/slow-clients.ts';
import { measureSmallJobs } from './measures/small-jobs.ts';
import { measureSteady } from './measures/steady.ts';
import { type LoadServers, startLoadServers } from './stage/load-servers.ts';

const measures: Readonly<Record<MeasureName, (servers: LoadServers, options: LoadOptions) => Promise<readonly Row[]>>> =
  {
    steady: measureSteady,
    'redis-frozen': measureRedisFrozen,
    scribus: measureSmallJobs,
    download: measureDownloads,
    'slow-clients': measureSlowClients,
  };

/** Measures one after the other, each with processes and a database of its own, on servers that are stopped at the end. */
export async function runLoad(options: LoadOptions, onProgress: (what: string) => void): Promise<Row[]> {
  const servers = await startLoadServers();
  try {
    const rows: Row[] = [];
    for (const name of options.measures) {
      onProgress(name);
      rows.push(...(await measures[name](servers, options)));
    }
    return rows;
  } finally {
    await servers.stop();
  }
}
