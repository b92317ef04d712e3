import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { readCommands } from '../../../test/kit/readme-commands.ts';
import { processesWith, type RunningCommand, startCommand } from '../../../test/kit/run-command.ts';

const root = join(import.meta.dirname, '../../..');
const main = join(import.meta.dirname, '../run/main.ts');
const timeout = 120_000;

/** Starts `npm run service`'s own command, whose temporary files and processes can be told from all others. */
function startRun(...args: string[]) {
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'pubpipe-run-service-')));
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  // PostgreSQL has a user of its own, who has to get in.
  chmodSync(temporary, 0o755);
  const run = startCommand([process.execPath, '--conditions=@pubpipe/source', main, ...args], {
    env: { TMPDIR: temporary },
  });
  onTestFinished(() => run.terminate());
  const atWork = () => run.written('Ctrl-C ends everything');
  return { run, temporary, atWork };
}

/** What the run says to export. */
function exportsOf(run: RunningCommand): Record<string, string> {
  return Object.fromEntries(
    [...run.output().matchAll(/^ +export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
  );
}

/** The process that runs one of the programs of the service. */
function processOf(program: string, temporary: string): number {
  const pids = processesWith(temporary).filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`src/${program}.ts`),
  );
  expect(pids).toHaveLength(1);
  return Number(pids[0]);
}

async function expectNothingLeft(temporary: string): Promise<void> {
  await expect.poll(() => processesWith(temporary), { timeout: 20_000 }).toEqual([]);
  // Shells remove the directories when this process has ended, also when it was killed.
  await expect.poll(() => readdirSync(temporary), { timeout: 20_000 }).toEqual([]);
}

test("the README's commands, word for word, make a PDF, and Ctrl-C leaves nothing", { timeout }, async () => {
  const { run, temporary, atWork } = startRun();
  await atWork();
  const commands = await readCommands(join(import.meta.dirname, '../README.md'), { heading: 'Try it' });
  const directory = mkdtempSync(join(tmpdir(), 'pubpipe-readme-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-euo', 'pipefail', '-c', `${commands}\nprintf '\\n%s' "$PWD"`],
    {
      cwd: root,
      env: { ...process.env, ...exportsOf(run), TMPDIR: directory },
    },
  );
  const folder = stdout.trimEnd().split('\n').at(-1) ?? '';
  const begins = (name: string) => readFileSync(join(folder, name), 'latin1').slice(0, 5);
  expect(begins('programme.pdf')).toBe('%PDF-');
  expect(begins('all.pdf')).toBe('%PDF-');
  expect(begins('page-1.png')).toBe('\u0089PNG\r');
  expect(JSON.parse(readFileSync(join(folder, 'job.json'), 'utf8'))).toMatchObject({
    status: 'completed',
    reference: 'order 4711',
  });
  expect(stdout).toMatch(/^event: completed$/m);
  expect(stdout).toContain('{"jobs":[{"id"');
  const { stdout: fonts } = await promisify(execFile)('pdffonts', [join(folder, 'programme.pdf')]);
  expect(fonts).toContain('LeagueSpartan-Bold');

  run.interrupt();
  await run.exitsWith(0);
  await expectNothingLeft(temporary);
});

test('when a process dies everything ends, on PostgreSQL alone too', { timeout }, async () => {
  const { run, temporary, atWork } = startRun('--queue', 'postgres');
  await atWork();
  expect(run.output()).not.toContain('redis');
  process.kill(processOf('worker', temporary), 'SIGKILL');
  await run.exitsWith(1);
  expect(run.output()).toContain('The worker has ended');
  await expectNothingLeft(temporary);
});

test('when it is interrupted while it starts, it ends well', { timeout }, async () => {
  const { run, temporary } = startRun();
  await expect.poll(() => readdirSync(temporary).length, { timeout: 30_000 }).toBeGreaterThan(1);
  run.interrupt();
  await run.exitsWith(0);
  expect(run.output()).toBe('');
  await expectNothingLeft(temporary);
});

test('when it is killed, nothing goes on and nothing is left', { timeout }, async () => {
  const { run, temporary, atWork } = startRun();
  await atWork();
  expect(processesWith(temporary).length).toBeGreaterThan(4);
  run.kill();
  await expectNothingLeft(temporary);
});
