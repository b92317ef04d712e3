import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

it('the program in the README runs and prints what it stored', async () => {
  const readme = await readFile(`${root}/README.md`, 'utf8');
  const program = /```ts\n(?<code>.*?)```/s.exec(readme)?.groups?.['code'] ?? '';

  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@pubpipe/source', '--input-type=module-typescript', '--eval', program],
    { cwd: root },
  );

  expect(stdout.split('\n')).toEqual([expect.stringMatching(/^23 [0-9a-f]{64}$/), 'orders/4711/document.txt 23', '']);
});
