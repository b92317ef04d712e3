// Begins to store a file. Half way its source halts, says `half` and waits to be killed, or it fails; says how
// the put then ends, `rejected` or `stored`:
//
//   put-half.ts <halt|fail> <driver> <subject> <key> <bytes> <targets as JSON>
import { Readable } from 'node:stream';
import { endlessContent } from './content.ts';
import { type Driver, openSubject, type StorageTargets, type SubjectName } from './storage-subjects.ts';

type Arguments = ['halt' | 'fail', Driver, SubjectName, string, string, string];
const [how, driver, name, key, bytes, json] = process.argv.slice(2) as Arguments;
const subject = await openSubject(driver, name, JSON.parse(json) as StorageTargets);
const content = Readable.from(halfOfContent(), { objectMode: false });
// What the source waits for keeps no process alive.
const timer = setInterval(() => undefined, 60_000);
try {
  await subject.put(key, content, Number(bytes));
  console.log('stored');
} catch {
  console.log('rejected');
}
clearInterval(timer);
process.exit(0);

async function* halfOfContent() {
  yield* endlessContent(Number(bytes) / 2);
  if (how === 'fail') throw new Error('The client is gone.');
  // It is asked for more, so what came before has been taken.
  console.log('half');
  await Promise.withResolvers<never>().promise;
}
