import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../fixtures/count-records.ts', import.meta.url));

it.each([
  ['csv', 1_000_000],
  ['json', 300_000],
  ['ndjson', 300_000],
] as const)(
  'reads %s of %i records in a heap that could not hold them',
  { timeout: 180_000 },
  async (format, count) => {
    const args = ['--conditions=@pubpipe/source', '--max-old-space-size=40', program, format, String(count)];

    const { stdout } = await promisify(execFile)(process.execPath, args);

    expect(JSON.parse(stdout)).toMatchObject({ read: count, last: { number: String(count) } });
  },
);
