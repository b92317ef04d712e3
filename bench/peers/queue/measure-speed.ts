import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { median, pairedRatio, spread } from '../../statistics.ts';
import type { Row } from '../../suite.ts';
import { openQueueSubject, type QueueName, type QueuePlace, type QueueSubject, queueNames } from './queue-subjects.ts';

const burst = 300;
const singles = 30;
const atOnce = 32;
const patienceMs = 120_000;

/** Jobs that do nothing: how many a second, and how soon the work of a single one begins. In turns, in one process. */
export async function measureQueueSpeed(
  placeOf: (name: QueueName) => Promise<QueuePlace>,
  rounds: number,
): Promise<readonly Row[]> {
  await using owned = new AsyncDisposableStack();
  const subjects = await Promise.all(
    queueNames.map(async (name) => {
      const subject = await openQueueSubject(name, await placeOf(name), 'fast');
      owned.defer(() => subject.close());
      return { name, runner: await startRunner(subject), perSecond: [] as number[], beginsMs: [] as number[] };
    }),
  );
  // The first round only warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { runner, perSecond, beginsMs } of round % 2 === 0 ? subjects : subjects.toReversed()) {
      const speed = await runner.burst();
      const begins: number[] = [];
      for (let index = 0; index < singles; index += 1) begins.push(await runner.single());
      if (round === 0) continue;
      perSecond.push(speed);
      beginsMs.push(median(begins));
    }
  }
  const ours = subjects.find(({ name }) => name === 'ours')?.perSecond ?? [];
  return subjects.flatMap(({ name, perSecond, beginsMs }): readonly Row[] => {
    const samples = perSecond.length;
    return [
      { id: `queue-${name}-jobs-per-s`, value: median(perSecond), unit: '1/s', samples, spread: spread(perSecond) },
      { id: `queue-${name}-over-ours`, ...pairedRatio(perSecond, ours), unit: 'ratio' },
      { id: `queue-${name}-begins-ms`, value: median(beginsMs), unit: 'ms', samples, spread: spread(beginsMs) },
    ];
  });
}

/** Hands jobs to a queue and sees them worked. */
interface Runner {
  /** Jobs a second, from handing the first over to the end of the last as the queue itself says. */
  burst(): Promise<number>;
  /** Milliseconds from handing a job over to the beginning of its work. */
  single(): Promise<number>;
}

async function startRunner(subject: QueueSubject): Promise<Runner> {
  let begun = 0;
  let expected = 0;
  let reached = Promise.withResolvers<void>();
  await subject.startWorker(async () => {
    begun += 1;
    if (begun === expected) reached.resolve();
  });
  const expect = (count: number): Promise<void> => {
    expected = begun + count;
    reached = Promise.withResolvers();
    return reached.promise;
  };
  return {
    async burst() {
      const limit = pLimit(atOnce);
      const startedAt = performance.now();
      const all = expect(burst);
      await Promise.all(Array.from({ length: burst }, () => limit(() => subject.submit('job'))));
      await all;
      await settled(subject);
      return (1_000 * burst) / (performance.now() - startedAt);
    },
    async single() {
      const startedAt = performance.now();
      const one = expect(1);
      await subject.submit('job');
      await one;
      const ms = performance.now() - startedAt;
      await settled(subject);
      return ms;
    },
  };
}

async function settled(subject: QueueSubject): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await subject.isSettled())) {
    if (performance.now() > deadline) throw new Error('The queue has not settled in time.');
    await wait(2);
  }
}
