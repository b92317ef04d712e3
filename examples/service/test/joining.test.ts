import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { issueApiKey } from '@pubpipe/core/http';
import { expect, onTestFinished, test } from 'vitest';
import { openServiceSettings } from './support/service-settings.ts';
import { startServiceProcess } from './support/start-service-process.ts';

const template = join(import.meta.dirname, '../../../packages/scribus-runner/test/fixtures/merge/business-card.sla');
const people = 'title,name,phone,email,web,street,city\nDr.,Anna,1,a@b,w,s,c\n,Bert,2,b@c,w,s,c\n,Cleo,3,c@d,w,s,c\n';
const { key, stored } = issueApiKey('print-shop');
const headers = { 'X-API-Key': key };

interface MergeAnswer {
  readonly status: string;
  readonly links: { readonly records: string; readonly pdf: string };
}

test('a merge is done by the worker, and its records are one PDF from the api, within a bound', {
  timeout: 120_000,
}, async () => {
  const { settings, remove } = await openServiceSettings([stored]);
  onTestFinished(remove);
  await (await startServiceProcess('migrate', settings)).succeed(60_000);
  const worker = await startServiceProcess('worker', settings);
  const api = await startServiceProcess('api', settings);
  const url = String((await api.logged('listening'))['url']);
  const upload = async (fileName: string, body: Buffer) => {
    const answer = await fetch(`${url}/artifacts?fileName=${fileName}`, { method: 'POST', headers, body });
    return ((await answer.json()) as { id: string }).id;
  };
  const merge = {
    type: 'merge',
    template: await upload('card.sla', await readFile(template)),
    data: { artifact: await upload('people.csv', Buffer.from(people)) },
    name: '%VAR_name%',
    failOn: [],
  };
  const submitted = await fetch(`${url}/jobs`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json', Prefer: 'wait=30' },
    body: JSON.stringify(merge),
  });
  const job = (await submitted.json()) as MergeAnswer;
  expect(job.status).toBe('completed');
  const listed = await fetch(new URL(job.links.records, url), { headers });
  const { records } = (await listed.json()) as { records: readonly { files: readonly { name: string }[] }[] };
  expect(records.map(({ files }) => files.map(({ name }) => name))).toEqual([['Anna.pdf'], ['Bert.pdf'], ['Cleo.pdf']]);

  const joined = await fetch(new URL(job.links.pdf, url), { headers });
  expect([joined.status, joined.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  const file = join(settings['SCRATCH_DIRECTORY'] ?? '', 'joined.pdf');
  await writeFile(file, Buffer.from(await joined.arrayBuffer()));
  const { stdout } = await promisify(execFile)('pdfinfo', [file]);
  expect(stdout).toMatch(/^Pages: +3$/m);

  const bounded = await startServiceProcess('api', { ...settings, MAX_JOINED_BYTES: '1000' });
  const { port } = new URL(String((await bounded.logged('listening'))['url']));
  const address = new URL(job.links.pdf, url);
  address.port = port;
  const refused = await fetch(address, { headers });
  expect([refused.status, await refused.json()]).toEqual([413, expect.objectContaining({ code: 'CONTENT_TOO_LARGE' })]);
  for (const child of [worker, api, bounded]) process.kill(child.pid, 'SIGTERM');
  for (const child of [worker, api, bounded]) await child.succeed(30_000);
  expect((await readdir(settings['SCRATCH_DIRECTORY'] ?? '')).filter((name) => name !== 'joined.pdf')).toEqual([]);
});
