import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashApiKey } from '@pubpipe/core/http';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../kit/free-port.ts';
import { startRedisServer } from '../kit/redis-server.ts';
import { firstProgram, type ProgramRun, repository, runProgram } from './support/run-program.ts';

const card = '/usr/share/scribus/templates/buscard1/buscard1.sla.gz';
const runFirst = async (text: string, run?: ProgramRun) => await runProgram(text, await firstProgram(text), run);

test("the project's README renders a card to a PDF and page images", async () => {
  const { directory } = await runFirst('README.md', { files: { 'card.sla.gz': card } });
  const files = await readdir(directory);
  expect(files).toEqual(expect.arrayContaining(['document.pdf', 'page-0001.png']));
  expect((await readFile(join(directory, 'document.pdf'))).subarray(0, 5).toString()).toBe('%PDF-');
});

test("core's README accepts a job", async () => {
  const { stdout } = await runFirst('packages/core/README.md');
  expect(stdout).toMatch(/^queued order 7 33 [0-9a-f]{64}\n$/);
});

test("the README of the queue on BullMQ renders a card in another worker's hands", async () => {
  const server = await startRedisServer();
  onTestFinished(() => server.stop());
  const { stdout } = await runFirst('packages/adapter-bullmq/README.md', {
    files: { 'card.sla.gz': card },
    env: { REDIS_URL: server.url },
  });
  expect(stdout).toBe('completed document.pdf\n');
});

test('the program that tells of metrics serves them', async () => {
  const { stdout } = await runFirst('docs/operations/metrics.md', { env: { METRICS_PORT: '0' } });
  expect(stdout).toMatch(/^jobs_total\{type="render",outcome="completed"\} 0$/m);
  expect(stdout).toMatch(/^queue_size\{state="queued"\} 0$/m);
});

test("the README of the adapter for Express serves a card's PDF until it is told to end", async () => {
  const port = await findFreePort();
  const origin = `http://127.0.0.1:${port}/print`;
  const headers = { 'X-Api-Key': 'a key' };
  const { stdout } = await runFirst('packages/adapter-express/README.md', {
    env: { PORT: String(port), API_KEY_SHA256: hashApiKey('a key') },
    async meanwhile(child) {
      await once(child.stdout, 'data');
      const body = await readFile(card);
      const uploaded = await fetch(`${origin}/artifacts?fileName=card.sla.gz`, { method: 'POST', headers, body });
      const { id: document } = (await uploaded.json()) as { id: string };
      const submitted = await fetch(`${origin}/jobs`, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json', Prefer: 'wait=30' },
        body: JSON.stringify({ document, renditions: [{ kind: 'pdf' }] }),
      });
      const job = (await submitted.json()) as { outputs: readonly { artifact: { links: { content: string } } }[] };
      const content = job.outputs[0]?.artifact.links.content ?? '';
      const pdf = await fetch(new URL(content, origin), { headers });
      expect((await pdf.text()).slice(0, 5)).toBe('%PDF-');
      expect((await fetch(`${origin}/jobs`)).status).toBe(401);
      child.kill('SIGTERM');
    },
  });
  expect(stdout).toBe('listening\n');
});

test('the guide of data merge renders the records that can be used', async () => {
  const fixtures = join(repository, 'packages/scribus-runner/test/fixtures/merge');
  const files = { 'card.sla': join(fixtures, 'card.sla'), 'people.csv': join(fixtures, 'people.csv') };
  const { stdout, directory } = await runFirst('docs/guide/data-merge.md', { files });
  expect(stdout.trim().split('\n').toSorted()).toEqual([
    expect.stringMatching(/^Anna 1 .*cards\/record-1-/),
    'Bert RECORD_INVALID',
  ]);
  expect(await readdir(join(directory, 'cards'))).toEqual([expect.stringMatching(/^record-1-/)]);
});
