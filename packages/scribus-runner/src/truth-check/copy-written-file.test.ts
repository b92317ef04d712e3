import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFile } from '../../test/fixtures/pdf-of-objects.ts';
import { copyWrittenFile } from './copy-written-file.ts';

it('copies a file of any length', async () => {
  const content = Buffer.from(Array.from({ length: 2 ** 20 + 7 }, (_, index) => index % 251));
  const path = await temporaryFile(content);

  await copyWrittenFile(path, `${path}.copy`, new AbortController().signal);

  expect((await readFile(`${path}.copy`)).equals(content)).toBe(true);
});

it('says so when the disk takes only a part of the last piece', async () => {
  const path = await temporaryFile(Buffer.alloc(5000));
  const copying = `
    import { copyWrittenFile } from ${JSON.stringify(new URL('copy-written-file.ts', import.meta.url))};
    const copied = copyWrittenFile(process.argv[1], process.argv[1] + '.copy', new AbortController().signal);
    console.log(await copied.then(() => 'copied', ({ code }) => code));
  `;
  // A process whose files may have 4 KiB gets what a disk gives that has no more room: a part, and then an error.
  const small = `trap '' XFSZ; ulimit -f 8; exec "$@"`;
  const node = [process.execPath, '--conditions=@pubpipe/source', '--input-type=module', '-e', copying, path];

  const { stdout } = await promisify(execFile)('sh', ['-c', small, 'sh', ...node]);

  expect(stdout.trim()).toBe('EFBIG');
});
