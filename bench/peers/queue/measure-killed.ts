import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readLines } from '../../../crash/work/journal.ts';
import { type SupervisedProcess, startSupervised } from '../../../test/kit/supervised-process.ts';
import type { QueueWorkerSetup } from '../../programs/queue-worker.ts';
import { nodeArguments } from '../../run-program.ts';
import type { Row } from '../../suite.ts';
import { killedWorkerWaitMs } from '../waits.ts';
import { judgeWork, type Kill } from './judge-work.ts';
import { openQueueSubject, type QueueName, type QueuePlace, type QueueSubject, queueNames } from './queue-subjects.ts';
import type { WorkLine } from './work-line.ts';

/** Jobs, how many of them a worker does before it halts, and how many it has under way when it is killed. */
const jobCount = 12;
const doneBefore = 8;
const startWaitMs = 120_000;

/** How a worker is killed. */
interface Scene {
  readonly id: 'begun' | 'worked' | 'thrice';
  readonly setting: QueueWorkerSetup['setting'];
  readonly haltAt: 'begun' | 'worked';
  readonly kills: number;
}

const scenes: readonly Scene[] = [
  // In the middle of the work.
  { id: 'begun', setting: 'default', haltAt: 'begun', kills: 1 },
  // Between the work's end and the moment at which the queue hears of it.
  { id: 'worked', setting: 'quick-recovery', haltAt: 'worked', kills: 1 },
  // Each worker that takes the same jobs, three times in a row.
  { id: 'thrice', setting: 'quick-recovery', haltAt: 'begun', kills: 3 },
];

/** Kills workers half way through their jobs, by SIGKILL, all at the same time: what takes long is only waiting. */
export async function measureKilledWorkers(placeOf: (name: QueueName) => Promise<QueuePlace>): Promise<readonly Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-bench-'));
  try {
    const played = scenes.flatMap((scene) =>
      queueNames.map(async (name) => play(scene, name, await placeOf(name), join(directory, `${scene.id}-${name}`))),
    );
    return (await Promise.all(played)).flat();
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function play(scene: Scene, name: QueueName, place: QueuePlace, file: string): Promise<readonly Row[]> {
  const { setting, haltAt, kills } = scene;
  const jobs = Array.from({ length: jobCount }, (_, index) => `job-${index}`);
  const subject = await openQueueSubject(name, place, setting);
  const lines = () => readLines(`${file}.jsonl`) as readonly WorkLine[];
  const setup = { name, place, setting, journalFile: `${file}.jsonl`, haltAt } as const;
  const killed: Kill[] = [];
  let last: SupervisedProcess | undefined;
  try {
    for (const job of jobs) await subject.submit(job);
    for (let kill = 0; kill < kills; kill += 1) {
      // The later ones halt at once: what they get is what was being worked before.
      const worker = await startWorker({ ...setup, haltAfter: kill === 0 ? doneBefore : 0 }, file);
      const hasHalted = () => lines().filter((line) => line.what === 'halted' && line.worker === worker.pid).length;
      await until(
        async () => hasHalted() >= jobCount - doneBefore || (kill > 0 && (await isOver(subject))),
        startWaitMs,
      );
      await worker.kill();
      killed.push({ worker: worker.pid, at: Date.now() });
    }
    last = await startWorker({ ...setup, haltAt: 'nowhere', haltAfter: 0 }, file);
    await until(() => isOver(subject), killedWorkerWaitMs);
    const isSettled = await isOver(subject);
    return toRows(`queue-killed-${scene.id}-${name}`, { jobs, lines: lines(), killed, isSettled });
  } finally {
    await last?.kill();
    await subject.close();
  }
}

interface Played {
  readonly jobs: readonly string[];
  readonly lines: readonly WorkLine[];
  readonly killed: readonly Kill[];
  /** Whether the queue says that nothing is left to do. */
  readonly isSettled: boolean;
}

function toRows(id: string, { jobs, lines, killed, isSettled }: Played): readonly Row[] {
  const [first] = killed;
  if (first === undefined) throw new TypeError('Somebody was killed.');
  const { undone, repeated, taken, takenAfterS } = judgeWork(jobs, lines, first);
  const row = (suffix: string, value: number): Row => ({ id: `${id}-${suffix}`, value, unit: 'jobs', samples: 1 });
  return [
    row('halted', lines.filter(({ what, worker }) => what === 'halted' && worker === first.worker).length),
    // What is undone while the queue has it still is late, not lost.
    row(isSettled ? 'lost' : 'late', undone),
    row('repeated', repeated),
    row('taken', taken),
    ...(takenAfterS === undefined
      ? []
      : [{ id: `${id}-taken-after-s`, value: takenAfterS, unit: 's', samples: taken } satisfies Row]),
  ];
}

async function startWorker(setup: QueueWorkerSetup, file: string): Promise<SupervisedProcess> {
  const args = nodeArguments('queue-worker', [JSON.stringify(setup)]);
  return await startSupervised(process.execPath, { args, logFile: `${file}.log` });
}

/** Whether the queue has nothing left, and says so a second time: a job on its way between two states is in neither. */
async function isOver(subject: QueueSubject): Promise<boolean> {
  if (!(await subject.isSettled())) return false;
  await wait(100);
  return await subject.isSettled();
}

/** Waits until the condition is true, or that long. */
async function until(condition: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition()) && performance.now() < deadline) await wait(50);
}
