import { describe, expect, it } from 'vitest';
import type { FeedEvent } from '../../ports/event-feed.ts';
import type { JobStoreSubject } from '../describe-job-store.ts';
import { nameOf, readToEnd } from './event-feed.ts';
import { leaseMs, tenant } from './job-store-scene.ts';
import { mulberry32 } from './mulberry32.ts';

/** What readers may rely on while others write and read. */
export function describeFeedOrder({ scene }: JobStoreSubject): void {
  describe('the order of the feed', () => {
    it('is that of the commits, also when transactions commit in another order than they wrote', async ({ skip }) => {
      const { submit, newJob, store, elsewhere, inTransaction } = scene();
      skip(elsewhere === undefined, 'two connections can not wait for each other');
      if (elsewhere === undefined) return;
      const request = await newJob();
      const written = Promise.withResolvers<string>();
      const mayCommit = Promise.withResolvers<void>();
      const slow = inTransaction(async (transaction) => {
        written.resolve((await store.submit(request, { transaction })).job.id);
        await mayCommit.promise;
      });
      const slowId = await written.promise;
      const { job: quick } = await submit();
      const first = await readToEnd(elsewhere);
      expect(first.entries.map(nameOf)).toEqual([`${quick.id} 1 queued`]);
      mayCommit.resolve();
      await slow;
      const second = await readToEnd(elsewhere, { after: first.position });
      expect(second.entries.map(nameOf)).toEqual([`${slowId} 1 queued`]);
      expect((await readToEnd(store)).entries).toEqual([...first.entries, ...second.entries]);
    });

    it('is the same for readers that number at the same time: no position twice, none that goes back', async () => {
      const { submit, upload, store, elsewhere = store } = scene();
      const { id: inputArtifactId } = await upload();
      const known = new Map<string, number>();
      for (let round = 0; round < 8; round += 1) {
        await Promise.all(Array.from({ length: 5 }, () => submit({ inputArtifactId })));
        const readers = await Promise.all(
          Array.from({ length: 6 }, (_, index) => readToEnd(index % 2 === 0 ? store : elsewhere)),
        );
        for (const { entries } of readers) {
          expect(entries).toEqual(readers[0]?.entries);
          for (const entry of entries) {
            expect(entry.position).toBe(known.get(nameOf(entry)) ?? entry.position);
            known.set(nameOf(entry), entry.position);
          }
        }
      }
      expect(known.size).toBe(40);
      expect(new Set(known.values()).size).toBe(40);
    });

    it('keeps that of each job, and of a backlog longer than any batch', async () => {
      const { submitAndClaim, store, elsewhere = store } = scene();
      const jobs = [await submitAndClaim(), await submitAndClaim()] as const;
      const beats = 560;
      for (let beat = 0; beat < beats; beat += 1) {
        const progress = { stage: 'exporting', pagesDone: beat } as const;
        await Promise.all(jobs.map(({ claim }) => store.heartbeat(claim, { leaseMs, progress })));
      }
      const [here, there] = await Promise.all([readToEnd(store), readToEnd(elsewhere, { limit: 1_000 })]);
      expect(here.entries).toEqual(there.entries);
      for (const { job } of jobs) {
        const own = (here.entries as readonly FeedEvent[]).filter(({ jobId }) => jobId === job.id);
        expect(own.map(({ seq }) => seq)).toEqual(Array.from({ length: beats + 2 }, (_, index) => index + 1));
      }
    });

    it.each([1, 2, 3])('is what every reader has seen, whoever writes and reads when (seed %i)', async (seed) => {
      const random = mulberry32(seed);
      const { submit, upload, store, elsewhere = store } = scene();
      const { id: inputArtifactId } = await upload();
      let isWriting = true;
      const write = async (steps: number) => {
        const open: string[] = [];
        for (let step = 0; step < steps; step += 1) {
          const next = random() < 0.5 ? open.shift() : undefined;
          if (next === undefined) open.push((await submit({ inputArtifactId })).job.id);
          else await (random() < 0.5 ? store : elsewhere).cancel({ tenant, id: next });
        }
      };
      const read = async (reader: typeof store) => {
        const seen: unknown[] = [];
        for (let after = 0, last = false; ; ) {
          const limit = 1 + Math.floor(random() * 20);
          const { entries, position } = await readToEnd(reader, { after, limit });
          seen.push(...entries);
          after = position;
          if (last) return seen;
          last = !isWriting;
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      const writing = Promise.all([write(40), write(40), write(40)]).finally(() => {
        isWriting = false;
      });
      const [, ...readers] = await Promise.all([writing, read(store), read(elsewhere), read(store), read(elsewhere)]);
      const { entries } = await readToEnd(store);
      expect(entries).toHaveLength(120);
      for (const seen of readers) expect(seen).toEqual(entries);
    });
  });
}
