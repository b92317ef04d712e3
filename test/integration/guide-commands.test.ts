import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { hashApiKey } from '@pubpipe/core/http';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../kit/free-port.ts';
import { firstProgram, readText, runProgram } from './support/run-program.ts';

const card = '/usr/share/scribus/templates/buscard1/buscard1.sla.gz';

test('the commands of the page on HTTP get a PDF, and an error looks as it says', async () => {
  const page = await readText('docs/guide/http.md');
  const commands = /^```sh\n(?<commands>.*?)^```$/ms.exec(page)?.groups?.['commands'] ?? '';
  const problem = JSON.parse(/^```json\n(?<json>.*?)^```$/ms.exec(page)?.groups?.['json'] ?? '');
  const directory = await mkdtemp(join(tmpdir(), 'pubpipe-commands-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await copyFile(card, join(directory, 'card.sla.gz'));

  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}/print`;
  const { stdout } = await runProgram('commands', await firstProgram('packages/adapter-express/README.md'), {
    env: { PORT: String(port), API_KEY_SHA256: hashApiKey('a key') },
    async meanwhile(child) {
      await once(child.stdout, 'data');
      const env = { ...process.env, URL: url, KEY: 'a key' };
      const { stderr } = await promisify(execFile)('bash', ['-euc', commands], { cwd: directory, env });
      expect(stderr).toBe('');
      expect((await readFile(join(directory, 'card.pdf'))).subarray(0, 5).toString()).toBe('%PDF-');

      const answer = await fetch(`${url}/jobs`, {
        method: 'POST',
        headers: { 'X-API-Key': 'a key', 'Content-Type': 'application/json' },
        body: JSON.stringify({ document: problem.requestId, renditions: [{ kind: 'png', dpi: 5_000 }] }),
      });
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(await answer.json()).toEqual({ ...problem, requestId: expect.any(String) });
      child.kill('SIGTERM');
    },
  });
  expect(stdout).toBe('listening\n');
});
