import { execFile } from 'node:child_process';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scripterDirectory } from '../fixtures/sandbox/scripter-directory.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../fixtures/sandbox/attack.py', import.meta.url));

interface Outcome {
  /** Whether the attack was seen from outside the child. */
  readonly happened: boolean;
  /** The child's wait status; null for one that was still there. */
  readonly status: number | null;
  /** What the child was told when it was refused. */
  readonly error: string;
}

interface Circumstances {
  readonly user: number | null;
  readonly mode: 'required' | null;
  readonly ghostscript?: boolean;
}

async function attack(name: string, { user, mode, ghostscript = false }: Circumstances): Promise<Outcome> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'sandbox-test-')));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await chmod(directory, 0o777);
  const order = { attack: name, mode, ghostscript, user, directory, scripter: scripterDirectory };
  const { stdout } = await run('python3', [program, JSON.stringify(order)], { timeout: 30_000, killSignal: 'SIGKILL' });
  return JSON.parse(stdout) as Outcome;
}

const nobody = 65534;
const users: readonly (readonly [string, number | null])[] =
  process.getuid?.() === 0
    ? [
        ['root', null],
        ['an unprivileged user', nobody],
      ]
    : [['an unprivileged user', null]];

const attacks = [
  'read_the_users_of_the_machine',
  'read_another_job',
  'list_another_job',
  'read_the_environment_of_the_runner',
  'read_the_command_lines_of_others',
  'write_into_another_job',
  'write_into_its_own_input',
  'cut_a_file_by_its_path',
  'cut_a_file_that_it_may_read',
  'cut_a_file_that_it_opens_for_nothing',
  'remove_a_file',
  'change_rights',
  'change_rights_of_an_open_file',
  'change_times',
  'move_a_file_out',
  'make_a_symbolic_link',
  'make_a_hard_link_to_another_job',
  'make_a_hard_link_to_its_input',
  'make_a_pipe_with_a_name',
  'make_a_socket_with_a_name',
  'use_a_descriptor_of_the_runner',
  'wake_the_runner',
  'connect_to_a_unix_socket_by_path',
  'connect_to_a_unix_socket_in_its_job',
  'connect_to_an_abstract_unix_socket',
  'connect_by_tcp',
  'listen_for_tcp',
  'send_by_udp',
  'send_to_a_unix_socket_from_a_pair',
  'send_a_message_to_a_unix_socket_from_a_pair',
  'start_a_shell',
  'start_a_program_that_it_has_written',
  'read_the_memory_of_the_runner',
  'write_into_the_memory_of_the_runner',
  'write_into_the_memory_of_the_runner_as_a_file',
  'debug_another_process',
  'kill_the_runner',
  'kill_another_process',
  'kill_another_process_group',
  'kill_a_thread_of_another_process',
  'queue_a_signal_for_another_process',
  'signal_by_a_process_descriptor',
  'signal_by_owning_a_socket_pair',
  'limit_another_process',
  'slow_down_another_process',
  'outlive_its_parent',
  'leave_its_process_group',
  'multiply',
  'use_io_uring',
  'become_root_of_a_namespace',
  'take_memory',
  'write_a_large_file',
  'compute_for_long',
  'raise_a_limit',
  'leave_a_memory_image',
].map((name) => [name.replaceAll('_', ' '), name] as const);

/** What some kernels refuse to everybody, so that it can't be shown to work without the sandbox. */
const refusedBySomeKernels = new Set(['use_io_uring', 'become_root_of_a_namespace']);

describe.each(users)('as %s, a document that has taken over Scribus', (_, user) => {
  it.each(attacks)('cannot %s', async (_title, name) => {
    const outcome = await attack(name, { user, mode: 'required' });

    expect(outcome.happened).toBe(false);
    // It was let into the sandbox: nothing happened because that was refused, not because the child never got so far.
    expect(outcome.error).not.toContain('Failure');
  });

  it.each(attacks)('could %s without the sandbox', async (_title, name) => {
    const outcome = await attack(name, { user, mode: null });

    expect(outcome.happened || refusedBySomeKernels.has(name)).toBe(true);
  });

  it('can start Ghostscript when it is granted, and only then', async () => {
    const granted = await attack('start_ghostscript', { user, mode: 'required', ghostscript: true });
    const refused = await attack('start_ghostscript', { user, mode: 'required' });

    expect(granted).toMatchObject({ happened: true, error: '' });
    expect(refused.happened).toBe(false);
  });

  it.each([
    'start_a_shell',
    'start_a_program_that_it_has_written',
    'leave_its_process_group',
    'make_a_symbolic_link',
    'connect_to_a_unix_socket_by_path',
    'kill_another_process',
    'kill_the_runner',
    'write_into_the_memory_of_the_runner_as_a_file',
    'use_a_descriptor_of_the_runner',
    'outlive_its_parent',
  ])('cannot %s when Ghostscript is granted', async (name) => {
    const outcome = await attack(name, { user, mode: 'required', ghostscript: true });

    expect(outcome.happened).toBe(false);
    expect(outcome.error).not.toContain('Failure');
  });

  it('dies of the limit that it has passed', async () => {
    const SIGXCPU = 24;
    const SIGXFSZ = 25;

    expect(await attack('compute_for_long', { user, mode: 'required' })).toMatchObject({ status: SIGXCPU });
    expect(await attack('write_a_large_file', { user, mode: 'required' })).toMatchObject({ status: SIGXFSZ });
  });

  it('can abort, and use threads', async () => {
    const SIGABRT = 6;

    expect(await attack('abort_itself', { user, mode: 'required' })).toMatchObject({ status: SIGABRT });
    expect(await attack('use_a_thread', { user, mode: 'required' })).toMatchObject({ happened: true });
  });
});
