import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { scripterDirectory } from '../fixtures/sandbox/scripter-directory.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../fixtures/sandbox/judge_calls.py', import.meta.url));

type Verdict = 'allow' | 'EPERM' | 'ENOSYS' | 'kill';

interface Question {
  readonly call: string | number;
  readonly arguments?: readonly number[];
  readonly ghostscript?: boolean;
  /** Of a process that is neither alone nor starts Ghostscript. */
  readonly kind?: 'forks';
  readonly audit?: number;
}

async function judge(machine: string, questions: readonly Question[]): Promise<readonly Verdict[]> {
  const asked = questions.map((question) => ({
    machine,
    ghostscript: false,
    arguments: [],
    audit: null,
    ...question,
  }));
  const promise = run('python3', [program, scripterDirectory]);
  promise.child.stdin?.end(JSON.stringify(asked));
  return JSON.parse((await promise).stdout) as Verdict[];
}

async function judgeOne(machine: string, question: Question): Promise<Verdict | undefined> {
  return (await judge(machine, [question]))[0];
}

/** The table that the filters are made from: numbers on x86-64 and aarch64 by name. */
const table = new Map(
  [
    ...readFileSync(`${scripterDirectory}/sandbox/syscall_numbers.py`, 'utf8').matchAll(
      /"(\w+)": \((\d+), (\d+|None)\)/g,
    ),
  ].map(([, name, x86, arm]) => [name ?? '', { x86_64: Number(x86), aarch64: arm === 'None' ? null : Number(arm) }]),
);
const pid = 4711;
const newestKnown = 450;

describe.each(['x86_64', 'aarch64'] as const)('on %s', (machine) => {
  const known = new Set([...table.values()].map((numbers) => numbers[machine]));

  it('refuses every call that is not in the table', async () => {
    const others = Array.from({ length: newestKnown + 1 }, (_, number) => number).filter(
      (number) => !known.has(number),
    );

    const verdicts = await judge(
      machine,
      others.map((call) => ({ call, ghostscript: true })),
    );

    expect(others.length).toBeGreaterThan(200);
    expect(new Set(verdicts)).toEqual(new Set(['EPERM']));
  });

  it('says that newer calls do not exist, and neither does the clone whose flags it cannot see', async () => {
    const questions = [newestKnown + 1, 1000, 'clone3'].map((call) => ({ call }));

    expect(await judge(machine, questions)).toEqual(['ENOSYS', 'ENOSYS', 'ENOSYS']);
  });

  it('kills a process that uses the numbers of another architecture', async () => {
    const i386 = 0x40000003;

    expect(await judgeOne(machine, { call: 'read', audit: i386 })).toBe('kill');
    // The call `read` of x32.
    expect(await judgeOne(machine, { call: 0x40000000 })).toBe('kill');
  });

  it.each(['kill', 'tkill', 'tgkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo'])(
    'lets %s signal the process itself alone',
    async (call) => {
      const targets = [pid, pid + 1, 0, -1, -pid, 1];

      const verdicts = await judge(
        machine,
        targets.map((target) => ({ call, arguments: [target, target, 9], ghostscript: true })),
      );

      expect(verdicts).toEqual(['allow', ...Array.from({ length: 5 }, () => 'EPERM')]);
    },
  );

  it('lets threads be started, and processes only with Ghostscript', async () => {
    const thread = 0x3d0f00;
    // As Qt does, with CLONE_PIDFD and SIGCHLD.
    const process = 0x1011;
    const processOfParent = process | 0x8000;
    const inNewNamespace = process | 0x10000000;
    const ask = (flags: number, ghostscript: boolean) =>
      judgeOne(machine, { call: 'clone', arguments: [flags], ghostscript });

    expect(await ask(thread, false)).toBe('allow');
    expect(await ask(process, false)).toBe('EPERM');
    expect(await ask(process, true)).toBe('allow');
    expect(await ask(processOfParent, true)).toBe('EPERM');
    expect(await ask(inNewNamespace, true)).toBe('EPERM');
    expect(await judge(machine, [{ call: 'execve' }, { call: 'execve', ghostscript: true }])).toEqual([
      'EPERM',
      'allow',
    ]);
  });

  it('lets only a process that forks others fork, and enter a narrower sandbox, and signal nobody', async () => {
    const fork = { call: 'clone', arguments: [0x1200011] };
    const narrowing = ['seccomp', 'landlock_create_ruleset', 'landlock_add_rule', 'landlock_restrict_self'];
    const calls = [fork, { call: 'pipe2' }, ...narrowing.map((call) => ({ call }))];
    const forbidden = [{ call: 'execve' }, { call: 'kill', arguments: [pid + 1, 9] }];
    const inNewNamespace = { call: 'clone', arguments: [0x1200011 | 0x10000000] };

    const verdicts = (kind: 'forks' | undefined, questions: readonly Question[]) =>
      judge(
        machine,
        questions.map((question) => ({ ...question, ...(kind && { kind }) })),
      );

    expect(new Set(await verdicts('forks', calls))).toEqual(new Set(['allow']));
    expect(new Set(await verdicts(undefined, calls))).toEqual(new Set(['EPERM']));
    expect(new Set(await verdicts('forks', [...forbidden, inNewNamespace]))).toEqual(new Set(['EPERM']));
  });

  it('looks at both halves of an address to which something is sent', async () => {
    const addresses = [0, 1, 2 ** 32];

    const verdicts = await judge(
      machine,
      addresses.map((address) => ({ call: 'sendto', arguments: [3, 0, 0, 0, address, 0] })),
    );

    expect(verdicts).toEqual(['allow', 'EPERM', 'EPERM']);
  });

  it('types nothing into a terminal, and keeps the signal that ends a process with its parent', async () => {
    const TIOCSTI = 0x5412;
    const TCGETS = 0x5401;
    const PR_SET_PDEATHSIG = 1;

    expect(await judgeOne(machine, { call: 'ioctl', arguments: [0, TIOCSTI] })).toBe('EPERM');
    expect(await judgeOne(machine, { call: 'ioctl', arguments: [0, TCGETS] })).toBe('allow');
    expect(await judgeOne(machine, { call: 'prctl', arguments: [PR_SET_PDEATHSIG, 0] })).toBe('EPERM');
  });
});

it('has no call in its table that reaches out of a process', () => {
  const outward = `
    socket connect bind listen accept accept4 sendmsg sendmmsg execveat ptrace process_vm_readv
    process_vm_writev pidfd_open pidfd_getfd pidfd_send_signal kcmp mount umount2 move_mount open_tree fsopen
    pivot_root chroot unshare setns io_uring_setup io_uring_enter io_uring_register bpf perf_event_open
    userfaultfd add_key request_key keyctl kexec_load kexec_file_load init_module finit_module delete_module
    reboot swapon swapoff personality open_by_handle_at name_to_handle_at setuid setgid setresuid setresgid
    setfsuid setgroups capset setsid setpgid setpriority sched_setaffinity sched_setscheduler ioprio_set mknod
    mknodat symlink symlinkat link chmod fchmod fchmodat chown fchownat utimensat setxattr truncate shmget
    msgget semget mq_open memfd_create fanotify_init acct`;

  expect(table.size).toBeGreaterThan(150);
  expect(
    outward
      .trim()
      .split(/\s+/)
      .filter((name) => table.has(name)),
  ).toEqual([]);
});

const headers = {
  x86_64: ['/usr/include/x86_64-linux-gnu/asm/unistd_64.h', '/usr/include/asm/unistd_64.h'].find(existsSync),
  aarch64: ['/usr/include/asm-generic/unistd.h'].find(existsSync),
};

const definition = /#define __NR(?:3264)?_(\w+)\s+(\d+)/g;

// The headers need not be installed (linux-libc-dev on Debian).
it.for(['x86_64', 'aarch64'] as const)('has the numbers of the kernel’s own header for %s', (machine, { skip }) => {
  const header = headers[machine];
  if (header === undefined) skip('no header on this machine');
  const defined = new Map(
    [...readFileSync(header ?? '', 'utf8').matchAll(definition)].map(([, name, number]) => [
      name ?? '',
      Number(number),
    ]),
  );
  // The generic header has another name for it.
  const numberOf = (name: string) =>
    defined.get(name) ?? (name === 'newfstatat' ? defined.get('fstatat') : null) ?? null;

  for (const [name, numbers] of table) expect([name, numbers[machine]]).toEqual([name, numberOf(name)]);
});
