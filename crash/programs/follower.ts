// A follower of the crash test: a subscription that goes on behind the last entry it has written down, and an
// instance of a consumer that writes down which jobs have ended.
import { setTimeout as wait } from 'node:timers/promises';
import { type FeedEntry, isPubpipeError } from '@pubpipe/core';
import { sayReady, toldToEnd } from '../../test/kit/standing.ts';
import { openParts } from '../parts/open-parts.ts';
import { patiently } from '../parts/patiently.ts';
import { readSetup } from '../parts/process-setup.ts';
import { leaseMs } from '../parts/timing.ts';
import type { FeedLine, HandledLine } from '../work/feed-lines.ts';
import { appendLine, readLines } from '../work/journal.ts';

const { feedFile, handledFile, ...setup } = readSetup('follower');
const parts = await openParts(setup.parts);
const { pipeline } = parts;
const consumer = await patiently(() =>
  pipeline.consume(
    'accounts',
    (entry) => {
      const line: HandledLine =
        entry.type === 'reset' ? { type: 'reset', position: entry.position } : { type: entry.type, jobId: entry.jobId };
      appendLine(handledFile, line);
    },
    { from: 'start', types: ['completed', 'failed', 'cancelled'], leaseMs, retryMs: 100 },
  ),
);
const end = new AbortController();
const following = follow();
sayReady();
await toldToEnd();
await consumer.close();
end.abort();
await following;
await parts.close();

async function follow(): Promise<void> {
  while (!end.signal.aborted) {
    const written = readLines(feedFile) as FeedLine[];
    let hasBegun = false;
    try {
      const after = written.at(-1)?.position ?? 0;
      for await (const entry of pipeline.subscribe({ allTenants: true, after, signal: end.signal })) {
        hasBegun = true;
        appendLine(feedFile, toLine(entry));
      }
    } catch (error) {
      // Only the beginning may fail: later, a database that is away makes events late and nothing else.
      const isAway = isPubpipeError(error) && error.code === 'JOB_STORE_UNAVAILABLE';
      if (!end.signal.aborted && (hasBegun || !isAway)) throw error;
      await wait(200);
    }
  }
}

function toLine(entry: FeedEntry): FeedLine {
  const { type, position } = entry;
  return entry.type === 'reset' ? { type, position } : { type, position, jobId: entry.jobId, seq: entry.seq };
}
