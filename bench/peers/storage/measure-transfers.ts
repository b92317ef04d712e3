import { type Driver, type StorageTargets, type SubjectName, subjectNames } from '../../programs/storage-subjects.ts';
import { runProgram } from '../../run-program.ts';
import { median, pairedRatio, spread } from '../../statistics.ts';
import type { Row } from '../../suite.ts';

const mebibyte = 1024 * 1024;
const directions = ['put', 'get'] as const;
const bytesOf = { fs: 128 * mebibyte, s3: 64 * mebibyte } as const;

type Seconds = Readonly<Record<SubjectName, Readonly<Record<(typeof directions)[number], readonly number[]>>>>;

/** Files up and down: seconds, all in turns in one process, and memory, each in a process of its own. */
export async function measureTransfers(
  driver: Driver,
  targets: StorageTargets,
  rounds: number,
): Promise<readonly Row[]> {
  const bytes = bytesOf[driver];
  const json = JSON.stringify(targets);
  const args = [driver, String(bytes), String(rounds), subjectNames.join(','), json];
  const seconds = await runProgram<Seconds>('stream-in-turns', args);
  const rows: Row[] = [{ id: `store-${driver}-mib`, value: bytes / mebibyte, unit: 'MiB', samples: 1 }];
  for (const name of subjectNames) {
    for (const direction of directions) {
      const taken = seconds[name][direction];
      const id = `store-${driver}-${direction}-${name}`;
      rows.push(
        { id: `${id}-s`, value: median(taken), unit: 's', samples: taken.length, spread: spread(taken) },
        { id: `${id}-over-ours`, ...pairedRatio(taken, seconds.ours[direction]), unit: 'ratio' },
      );
    }
    const held = await runProgram<{ levelMib: number; growthMib: number }>('stream-once', [
      driver,
      name,
      'put',
      String(bytes),
      json,
      '1',
    ]);
    const value = held.levelMib + Math.max(0, held.growthMib);
    rows.push({ id: `store-${driver}-put-${name}-peak-mib`, value, unit: 'MiB RSS', samples: 1 });
  }
  return rows;
}
