import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { ProgramShells } from './program-shells.ts';

const env = { PATH: process.env['PATH'] ?? '' };
const { signal } = new AbortController();
const bounds = { timeoutMs: 20_000, maxOutputBytes: 1_000_000, signal };

function open(...command: readonly [string, ...string[]]): ProgramShells {
  const shells = new ProgramShells(command, env);
  onTestFinished(() => shells.close());
  return shells;
}

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

it('runs its program with arguments as they are, one run after the other in one shell', async () => {
  const shells = open('sh', '-c', 'printf "[%s]" "$PPID" "$@"', 'sh');
  const args = ['a b', '"$HOME"', '.', ':x', '-n', ' \\t ', 'é', ''];

  const first = await shells.run(args, bounds);
  const second = await shells.run([], bounds);

  expect(first.stdout.replace(/^\[\d+\]/, '')).toBe(args.map((argument) => `[${argument}]`).join(''));
  expect(second.stdout).toBe(first.stdout.match(/^\[\d+\]/)?.[0]);
  expect(second).toMatchObject({ stderr: '', failure: undefined, interrupted: false, killed: false });
});

it('runs its program with a line break in an argument', async () => {
  expect(await open('printf', '[%s]').run(['a\nb'], bounds)).toMatchObject({ stdout: '[a\nb]', failure: undefined });
});

it('keeps runs at the same time apart', async () => {
  const shells = open('sh', '-c', 'echo "$1"; echo "$1" >&2', 'sh');
  const texts = Array.from({ length: 20 }, (_, index) => String(index));

  const results = await Promise.all(texts.map((text) => shells.run([text], bounds)));

  expect(results.map(({ stdout }) => stdout)).toEqual(texts);
  expect(results.map(({ stderr }) => stderr)).toEqual(texts);
});

it('takes nothing that a program prints for the end of what it prints', async () => {
  const result = await open('printf', '%s\\n').run(['x 0', '', '.', ':y'], bounds);

  expect(result.stdout).toBe('x 0\n\n.\n:y');
});

it.each([
  ['no-such-program', 'ENOENT'],
  ['/etc/passwd', 'EACCES'],
])('says why %s can not be started', async (name, code) => {
  expect((await open(name).run([], bounds)).startError?.code).toBe(code);
});

it('tells how a program has ended, and runs the next', async () => {
  const shells = open('sh', '-c');
  const run = (script: string, options = {}) => shells.run([script], { ...bounds, ...options });

  expect(await run('echo no >&2; exit 3')).toMatchObject({
    stderr: 'no',
    failure: 'it ended with exit code 3',
    interrupted: false,
  });
  expect(await run('kill -SEGV $$')).toMatchObject({ interrupted: true, killed: false });
  expect(await run('kill -KILL $$')).toMatchObject({ interrupted: true, killed: true });
  expect(await run('exec sleep 1000', { timeoutMs: 2000 })).toMatchObject({
    failure: 'it takes longer than 2000 ms',
    interrupted: true,
    killed: false,
  });
  expect(await run('exec cat /dev/zero', { maxOutputBytes: 1000 })).toMatchObject({
    failure: 'it prints without end',
    interrupted: true,
    killed: false,
  });
  expect(await run('kill -KILL $PPID; exec sleep 1000')).toMatchObject({ interrupted: true, killed: true });
  expect(await run('echo yes')).toMatchObject({ stdout: 'yes', failure: undefined });
});

it('ends a program when the signal aborts', async () => {
  const controller = new AbortController();
  const before = children();
  const running = open('sleep').run(['1000'], { ...bounds, signal: controller.signal });
  await expect.poll(() => children().length).toBe(before.length + 1);

  controller.abort();

  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect.poll(children).toEqual(before);
});

it('leaves no process when it is closed', async () => {
  const before = children();
  const shells = open('true');
  shells.prepare();
  await shells.run([], bounds);
  await Promise.all([shells.run([], bounds), shells.run([], bounds)]);
  expect(children().length).toBeGreaterThan(before.length);

  await shells.close();

  expect(children()).toEqual(before);
});
