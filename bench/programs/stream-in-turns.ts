// Times our driver and others on the same work, in turns, in one process, and prints the seconds:
//
//   stream-in-turns.ts <driver> <bytes> <rounds> <subjects, comma-separated> <targets as JSON>
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { endlessContent } from './content.ts';
import { type Driver, openSubject, type StorageTargets, type SubjectName } from './storage-subjects.ts';

const [driver, bytes, rounds, names, json] = process.argv.slice(2) as [Driver, string, string, string, string];
const targets = JSON.parse(json) as StorageTargets;
const source = join(targets.directory, `source-${bytes}`);
await writeFile(source, endlessContent(Number(bytes)));

const subjects = await Promise.all(
  names.split(',').map(async (name) => ({ name, subject: await openSubject(driver, name as SubjectName, targets) })),
);
const seconds: Record<string, { put: number[]; get: number[] }> = {};
for (const { name } of subjects) seconds[name] = { put: [], get: [] };

// The first round loads code and opens connections: it does not count.
for (let round = 0; round <= Number(rounds); round += 1) {
  for (const direction of ['put', 'get'] as const) {
    // Who goes first changes with each round, so that nobody always runs behind somebody's writes.
    const order = round % 2 === 0 ? subjects : subjects.toReversed();
    for (const { name, subject } of order) {
      const begunAt = performance.now();
      if (direction === 'put') await subject.put('compared', createReadStream(source), Number(bytes));
      else await pipeline(await subject.get('compared'), new Writable({ write: (_, __, done) => done() }));
      if (round > 0) seconds[name]?.[direction].push((performance.now() - begunAt) / 1000);
    }
  }
  // Every put makes a new object, so that nobody's time holds the removal of an old one. Where a machine is
  // virtual, memory that was just freed is much faster to take again than other memory.
  for (const { subject } of subjects) await subject.remove('compared');
}
console.log(JSON.stringify(seconds));
process.exit(0);
