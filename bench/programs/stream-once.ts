// Streams one file up or down in a process of its own and prints how its memory grew:
//
//   stream-once.ts <driver> <subject> <put|get> <bytes> <targets as JSON>
import { setTimeout as wait } from 'node:timers/promises';
import { endlessContent } from './content.ts';
import { type Driver, openSubject, type StorageTargets, type subjectNames } from './storage-subjects.ts';

const [driver, name, direction, bytes, json] = process.argv.slice(2) as [Driver, Name, 'put' | 'get', string, string];
type Name = (typeof subjectNames)[number];

const subject = await openSubject(driver, name, JSON.parse(json) as StorageTargets);
const byteSize = Number(bytes);
const key = `streamed-${byteSize}`;

// Code is loaded, connections are open and buffers are allocated before the level is taken.
await transfer(`warm-${byteSize}`, 16 * 1024 * 1024);
globalThis.gc?.();
await wait(200);
const level = process.memoryUsage.rss();
let peak = level;
const timer = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 20);
const begunAt = performance.now();
if (direction === 'put') await subject.put(key, endlessContent(byteSize));
else await drain(key);
clearInterval(timer);
const mebibytes = (value: number): number => value / 1024 / 1024;
console.log(
  JSON.stringify({
    levelMib: mebibytes(level),
    growthMib: mebibytes(peak - level),
    mibPerSecond: mebibytes(byteSize) / ((performance.now() - begunAt) / 1000),
  }),
);
// Keep-alive connections would hold the process.
process.exit(0);

async function transfer(to: string, size: number): Promise<void> {
  await subject.put(to, endlessContent(size));
  await drain(to);
}

async function drain(from: string): Promise<void> {
  for await (const _ of await subject.get(from));
}
