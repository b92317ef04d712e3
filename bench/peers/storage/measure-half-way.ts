import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { endlessContent } from '../../programs/content.ts';
import { type Driver, openSubject, type StorageTargets, type SubjectName } from '../../programs/storage-subjects.ts';
import { nodeArguments } from '../../run-program.ts';
import type { Finding, Row } from '../../suite.ts';
import { oldMib, wholeMib } from './file-sizes.ts';
import { listStoredNow, readBack } from './stored-now.ts';

const mebibyte = 1024 * 1024;
const [wholeBytes, oldBytes] = [wholeMib * mebibyte, oldMib * mebibyte];
const key = 'stopped';
/** In which parts that are under way arrive, before the process is killed. */
const settleMs = 500;
const patienceMs = 30_000;

/** How a put ends half way: its process is killed under a new name or under one that is taken, or its source fails. */
export const endings = ['killed', 'replacing', 'failed'] as const;

/** What became of a put whose source failed. */
type Outcome = 'rejected' | 'stored' | 'died' | 'hung';

/** Who puts, and where: a place that is for this alone. */
interface Putting {
  readonly driver: Driver;
  readonly name: SubjectName;
  readonly targets: StorageTargets;
}

/** Ends a put half way, and looks at what lies there and what a reader gets. */
export async function measureHalfWay(ending: (typeof endings)[number], putting: Putting): Promise<readonly Finding[]> {
  const { driver, name, targets } = putting;
  const subject = await openSubject(driver, name, targets);
  if (ending === 'replacing') await subject.put(key, endlessContent(oldBytes), oldBytes);
  const before = (await listStoredNow(driver, name, targets)).size;
  const outcome = await putHalf(ending === 'failed' ? 'fail' : 'halt', putting);

  const delivered = await readBack(driver, name, key, targets);
  const left = await listStoredNow(driver, name, targets);
  const id = `store-${ending}-${driver}-${name}`;
  const things = (suffix: string, value: number): Row => ({ id: `${id}-${suffix}`, value, unit: 'things', samples: 1 });
  const rows: Finding[] = [things('left', left.size - before)];
  if (ending === 'failed') rows.push({ id: `${id}-outcome`, text: outcome });
  const leftBytes = [...left.values()].reduce((sum, size) => sum + size, 0);
  rows.push({ id: `${id}-left-mib`, value: leftBytes / mebibyte, unit: 'MiB', samples: 1 });
  if (delivered !== 'error') {
    rows.push({ id: `${id}-delivered-mib`, value: delivered / mebibyte, unit: 'MiB', samples: 1 });
  }
  if (subject.discardIncomplete !== undefined) {
    await subject.discardIncomplete();
    rows.push(things('left-after-discard', (await listStoredNow(driver, name, targets)).size - before));
  }
  return rows;
}

/** Begins to store a file in a process of its own, and kills it where it halts. */
async function putHalf(how: 'halt' | 'fail', { driver, name, targets }: Putting): Promise<Outcome> {
  const args = nodeArguments('put-half', [how, driver, name, key, String(wholeBytes), JSON.stringify(targets)]);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const exit = once(child, 'exit').then(() => 'died');
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve('hung'), patienceMs);
  const said = String(await Promise.race([once(child.stdout, 'data'), exit, late])).trim();
  clearTimeout(timer);
  if (how === 'halt' && said !== 'half') throw new Error(`${driver} ${name}: ${said} before it could be killed.`);
  if (said === 'half') await wait(settleMs);
  child.kill('SIGKILL');
  await exit;
  return said as Outcome;
}
