import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { Libraries } from '../../fonts/libraries.ts';
import type { RecordCommand, TemplateCommand } from '../../protocol/request.ts';
import { resolveScribusRendererOptions } from '../../scribus-renderer-options.ts';
import { openJobWorkspace } from '../job-workspace.ts';
import { ForkServer } from './fork-server.ts';
import { ForkedTemplate } from './forked-template.ts';
import { WarmPool } from './warm-pool.ts';

const protections = {
  noNewPrivileges: true,
  landlock: 3,
  allThreads: true,
  seccomp: true,
  limits: true,
  bubblewrap: false,
};
const hello = { type: 'hello', protocol: 2, scribus: '1.5.8', pid: 1, protections };
const opening = [
  { type: 'protected', protections },
  { type: 'libraries', fonts: [], profiles: [] },
  { type: 'opened', pages: [] },
];
const longText = '9 MiB of text';
const ended = { exitCode: null, signal: 'SIGKILL' };

/** A program that speaks as a warm Scribus does; its template says `lines` when it is told of its first record. */
const serverSaying = (lines: readonly string[]) => `
  const { createReadStream, writeSync } = require('node:fs');
  const send = (message) => writeSync(4, JSON.stringify(message) + '\\n');
  const say = (lines) => {
    for (const short of lines) {
      const line = short.replace('${longText}', 'x'.repeat(9 * 2 ** 20)) + '\\n';
      for (let at = 0; at < line.length; at += 65536) {
        send({ type: 'said', job: '1', bytes: line.slice(at, at + 65536) });
      }
    }
  };
  send(${JSON.stringify(hello)});
  require('node:readline').createInterface(createReadStream('', { fd: 3 })).on('line', (line) => {
    const { type } = JSON.parse(line);
    if (type === 'fork') say(${JSON.stringify(opening.map((message) => JSON.stringify(message)))});
    if (type === 'tell') say(${JSON.stringify(lines)});
    if (type === 'kill') send({ type: 'ended', job: '1', ...${JSON.stringify(ended)} });
  }).on('close', () => process.exit());
`;

/** Has a record forked by a template that says `lines` of it. */
async function fork(lines: readonly object[]) {
  const temporaryDirectory = await realpath(await mkdtemp(join(tmpdir(), 'forked-template-')));
  const options = resolveScribusRendererOptions({ temporaryDirectory });
  const libraries = new Libraries(options);
  const text = lines.map((line) => JSON.stringify(line));
  const open = async () => {
    const workspace = await openJobWorkspace(temporaryDirectory, libraries, 'scribus');
    return new ForkServer([process.execPath, '-e', serverSaying(text)], workspace, options);
  };
  const renewal = { ...options.renewal, libraryStamp: () => Promise.resolve('') };
  const pool = new WarmPool(open, renewal, { ...options, startMs: options.limits.startMs });
  const workspace = await openJobWorkspace(temporaryDirectory, libraries);
  const template = new ForkedTemplate(pool, workspace, 1000);
  onTestFinished(async () => {
    await template.kill();
    await workspace.close();
    await pool.close();
    await rm(temporaryDirectory, { recursive: true });
  });
  expect(await template.open({ type: 'template' } as TemplateCommand)).toBeUndefined();
  const forked = template.fork(workspace, { type: 'record' } as RecordCommand);
  return { template, end: await forked?.job.ended };
}

it('hears the end of a record', async () => {
  const { template, end } = await fork([
    { type: 'forked', job: '1', pid: 1 },
    { type: 'ended', job: '1', exitCode: 3, signal: null },
  ]);

  expect(end).toEqual({ exitCode: 3, signal: undefined });
  expect(template.isGone).toBe(false);
});

it.each([
  { what: 'names a record that it was not told of', lines: [{ type: 'said', job: '2', bytes: '' }] },
  {
    what: 'names a second process of a record',
    lines: [1, 2].map((pid) => ({ type: 'forked', job: '1', pid })),
  },
  { what: 'says what is no message', lines: [{ type: 'boo' }] },
  { what: 'says too long a line', lines: [{ type: 'said', job: '1', bytes: longText }] },
])('kills a template that $what', async ({ lines }) => {
  const { template, end } = await fork(lines);

  expect(end).toMatchObject({ signal: 'SIGKILL' });
  expect(template.isGone).toBe(true);
});
