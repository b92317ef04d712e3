// Works jobs of a queue and notes what it does with each, in a file, a line each. After `haltAfter` jobs every
// further one halts, at its beginning or when its work is done, to be killed there:
//
//   queue-worker.ts <setup as JSON>
import { appendLine } from '../../crash/work/journal.ts';
import { openQueueSubject, type QueueName, type QueuePlace, type Setting } from '../peers/queue/queue-subjects.ts';
import type { WorkLine } from '../peers/queue/work-line.ts';

/** What this program is told. */
export interface QueueWorkerSetup {
  readonly name: QueueName;
  readonly place: QueuePlace;
  readonly setting: Setting;
  readonly journalFile: string;
  /** Jobs halt here. @defaultValue 'nowhere' */
  readonly haltAt: 'begun' | 'worked' | 'nowhere';
  readonly haltAfter: number;
}

const setup = JSON.parse(process.argv[2] ?? '') as QueueWorkerSetup;
const { name, place, setting, journalFile, haltAt, haltAfter } = setup;
const subject = await openQueueSubject(name, place, setting);
const note = (job: string, what: WorkLine['what']): void =>
  appendLine(journalFile, { job, what, at: Date.now(), worker: process.pid } satisfies WorkLine);
let worked = 0;
await subject.startWorker(async (job) => {
  const halts = worked >= haltAfter;
  note(job, 'begun');
  if (halts && haltAt === 'begun') await halt(job);
  worked += 1;
  note(job, 'worked');
  if (halts && haltAt === 'worked') await halt(job);
});

async function halt(job: string): Promise<never> {
  note(job, 'halted');
  return await Promise.withResolvers<never>().promise;
}
