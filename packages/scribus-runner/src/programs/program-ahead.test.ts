import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { expect, it } from 'vitest';
import { ProgramAhead } from './program-ahead.ts';

const env = { PATH: process.env['PATH'] ?? '' };
const within = { timeoutMs: 20_000, signal: new AbortController().signal };
const bounds = { env, maxOutputBytes: 1_000_000, signal: within.signal };
const printing = ['printf', '[%s]'] as const;

/** Processes that were started by this one and are still there. */
const children = (): readonly string[] =>
  readdirSync('/proc').filter((id) => {
    try {
      return readFileSync(`/proc/${id}/stat`, 'utf8').includes(`) S ${process.pid} `);
    } catch {
      // It has ended since.
      return false;
    }
  });

it('runs its program with arguments as they are', async () => {
  const args = ['a b', '"$HOME"', '.', ':x', '-n', ' \\t ', 'é', ''];

  const result = await new ProgramAhead(printing, bounds).run(args, within);

  expect(result).toMatchObject({ stdout: args.map((argument) => `[${argument}]`).join(''), failure: undefined });
});

it('has to be started anew for a second run, and for an argument with a line break', async () => {
  const ahead = new ProgramAhead(printing, bounds);

  expect(await ahead.run(['a\nb'], within)).toBeUndefined();
  expect(await ahead.run(['a'], within)).toMatchObject({ stdout: '[a]' });
  expect(await ahead.run(['a'], within)).toBeUndefined();
});

it.each([['no-such-program'], ['/etc/passwd']])(
  'has to be started anew when the shell can not start %s',
  async (name) => {
    expect(await new ProgramAhead([name], bounds).run([], within)).toBeUndefined();
  },
);

it('tells how its program has ended', async () => {
  const run = (script: string, options = {}) =>
    new ProgramAhead(['sh', '-c', script], { ...bounds, ...options }).run([], { ...within, timeoutMs: 2_000 });

  expect(await run('echo no >&2; exit 3')).toMatchObject({
    stderr: 'no',
    failure: 'it ended with exit code 3',
    interrupted: false,
  });
  expect(await run('kill -SEGV $$')).toMatchObject({ interrupted: true, killed: false });
  expect(await run('kill -KILL $$')).toMatchObject({ interrupted: true, killed: true });
  expect(await run('exec sleep 1000')).toMatchObject({
    failure: 'it takes longer than 2000 ms',
    interrupted: true,
    killed: false,
  });
  expect(await run('exec cat /dev/zero', { maxOutputBytes: 1000 })).toMatchObject({
    failure: 'it prints without end',
    interrupted: true,
    killed: false,
  });
});

it('leaves no process when it is closed without having been run, and when the signal aborts', async () => {
  const before = children();
  const controller = new AbortController();
  const [one, other] = [
    new ProgramAhead(printing, bounds),
    new ProgramAhead(printing, { ...bounds, signal: controller.signal }),
  ];
  await expect.poll(() => children().length).toBe(before.length + 2);

  controller.abort();
  await other.close();
  await one.close();

  expect(children()).toEqual(before);
});
