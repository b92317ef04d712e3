import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { startProgram } from './start-program.ts';

const options = { cwd: tmpdir(), env: {} };

it('tells what a program answers, and how it ended', async () => {
  const program = startProgram(['/bin/sh', '-c', 'read -r asked <&3; echo "[$asked]" >&4; exit 7'], options);
  program.requests.write('x\n');

  expect((await program.answers.toArray()).join('')).toBe('[x]\n');
  expect(await program.ended).toEqual({ exitCode: 7, signal: undefined, startError: undefined });
  await program.disconnect();
});

it.each([
  ['that is not there', ['no-such-program'], 'ENOENT'],
  ['that may not be run', ['/etc/passwd'], 'EACCES'],
  ['whose arguments are too long', ['/bin/true', 'x'.repeat(4 * 1024 * 1024)], 'E2BIG'],
] as const)('tells why a program %s could not be started', async (_, command, code) => {
  const program = startProgram(command as readonly [string, ...string[]], options);
  program.requests.on('error', () => undefined);

  const { startError, ...end } = await program.ended;

  expect(startError).toMatchObject({ code });
  expect(end).toEqual({ exitCode: undefined, signal: undefined });
  expect(program.child.pid).toBeUndefined();
  expect(await program.answers.toArray()).toEqual([]);
  await program.disconnect();
});

it("doesn't wait for whoever has its descriptors and lives on", async () => {
  // The one that lives on ends by itself when nobody reads it any more.
  const program = startProgram(
    ['/bin/sh', '-c', 'setsid sh -c "while echo x; do sleep 0.1; done" & echo started >&4'],
    {
      ...options,
      env: { PATH: '/usr/bin:/bin' },
    },
  );

  expect(await program.ended).toMatchObject({ exitCode: 0 });
  await program.disconnect();

  expect(program.answers.destroyed).toBe(true);
});
