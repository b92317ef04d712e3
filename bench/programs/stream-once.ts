// Streams one file up or down in a process of its own and prints how its memory grew:
//
//   stream-once.ts <driver> <subject> <put|get> <bytes> <targets as JSON> [<transfers before>]
import { endlessContent } from './content.ts';
import { type Driver, openSubject, type StorageTargets, type SubjectName } from './storage-subjects.ts';

type Arguments = [Driver, SubjectName, 'put' | 'get', string, string, string?];
const [driver, name, direction, bytes, json, before = '3'] = process.argv.slice(2) as Arguments;

const subject = await openSubject(driver, name, JSON.parse(json) as StorageTargets);
const byteSize = Number(bytes);
const key = `streamed-${byteSize}`;

const mebibytes = (value: number): number => value / 1024 / 1024;
const atStart = process.memoryUsage.rss();
let peak = 0;
const timer = setInterval(() => {
  // Started with --expose-gc: what is held is told from what V8 has not collected yet.
  globalThis.gc?.();
  peak = Math.max(peak, process.memoryUsage.rss());
}, 20);
// V8 lets tens of MiB of freed buffers lie before it collects them, whatever is done. The level is the
// top of that swing in a process in use; what comes on top of it depends on the size of the file.
for (let round = 0; round < Number(before); round += 1) await transfer(`warm-${byteSize}`, 64 * 1024 * 1024);
const level = peak;
if (direction === 'put') await subject.put(key, endlessContent(byteSize), byteSize);
else await drain(key);
clearInterval(timer);
console.log(
  JSON.stringify({
    startMib: mebibytes(atStart),
    levelMib: mebibytes(level),
    growthMib: mebibytes(peak - level),
  }),
);
// Keep-alive connections would hold the process.
process.exit(0);

async function transfer(to: string, size: number): Promise<void> {
  await subject.put(to, endlessContent(size), size);
  await drain(to);
}

async function drain(from: string): Promise<void> {
  for await (const _ of await subject.get(from));
}
