import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { scripterDirectory } from '../fixtures/sandbox/scripter-directory.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../fixtures/sandbox/enter_modes.py', import.meta.url));

async function enter(mode: string, situation = 'as it is'): Promise<unknown> {
  const { stdout } = await run('python3', [program, scripterDirectory, mode, situation], { timeout: 30_000 });
  return JSON.parse(stdout) as unknown;
}

/** Landlock's version on this machine. */
const { landlock } = (await enter('available')) as { landlock: number };
const complete = { noNewPrivileges: true, landlock, allThreads: true, seccomp: true, limits: true, bubblewrap: false };
const onlyLimits = { ...complete, noNewPrivileges: false, landlock: 0, allThreads: false, seccomp: false };

it('tells before a job what will be in force in it', async () => {
  expect(await enter('available')).toEqual(complete);
  expect(await enter('required')).toEqual({ inForce: complete, reads: false, socket: false });
});

it.each([
  ['without Landlock', /landlock/],
  ['without seccomp', /seccomp/],
])('refuses a required sandbox %s', async (situation, message) => {
  const result = await enter('required', situation);

  expect(result).toMatchObject({ kind: 'sandbox', message: expect.stringMatching(message) });
});

it('enters what there is when a sandbox is preferred', async () => {
  expect(await enter('preferred', 'without Landlock')).toEqual({
    inForce: { ...complete, landlock: 0 },
    reads: true,
    socket: false,
  });
  expect(await enter('preferred', 'without seccomp')).toEqual({
    inForce: { ...complete, seccomp: false },
    reads: false,
    socket: true,
  });
});

it('sets only limits when it is off', async () => {
  expect(await enter('off')).toEqual({
    inForce: onlyLimits,
    reads: true,
    socket: true,
  });
});

it('needs no Landlock in bubblewrap, which shows the job its own files only', async () => {
  expect(await enter('required', 'without Landlock, in bubblewrap')).toEqual({
    inForce: { ...complete, landlock: 0, bubblewrap: true },
    reads: true,
    socket: false,
  });
});

it('sets only limits on other systems than Linux, and is refused there when it is required', async () => {
  expect(await enter('preferred', 'elsewhere')).toMatchObject({ inForce: onlyLimits });
  expect(await enter('required', 'elsewhere')).toMatchObject({
    kind: 'sandbox',
    message: expect.stringMatching('Linux'),
  });
});

it('filters the calls of threads that are there already, and tells when Landlock does not cover them', async () => {
  const synchronised = landlock >= 8;

  expect(await enter('preferred', 'with another thread')).toMatchObject({
    inForce: { seccomp: true, allThreads: synchronised },
    socketInOtherThread: false,
  });
  expect(await enter('required', 'with another thread')).toMatchObject(
    synchronised ? { inForce: complete } : { kind: 'sandbox' },
  );
});
