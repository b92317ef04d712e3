import { signalOfExitCode } from '../programs/signal-name.ts';
import type { JobReach } from './job-reach.ts';
import type { ProcessEnd } from './scribus-engine.ts';

/** Programs, libraries, fonts and profiles of the system. Those that don't exist are left out. */
const systemPaths = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  '/etc/alternatives',
  '/etc/fonts',
  '/etc/ghostscript',
  '/etc/ld.so.cache',
  '/etc/localtime',
  '/etc/papersize',
  '/var/cache/fontconfig',
  '/var/lib/ghostscript',
];

/**
 * The command to put before another, so that it runs under bubblewrap (`bwrap`): for kernels without Landlock.
 *
 * The program sees the system, these paths and nothing else of the file system, no network, and no process but its
 * own; it writes nowhere but there, and ends with whoever started it. Descriptors 3 and 4 are passed on. It is started by a process of bubblewrap's:
 * see {@link endUnderBubblewrap}, and process numbers inside are others than outside.
 */
export function bubblewrapCommand({ readPaths, writePaths }: JobReach): readonly [string, ...string[]] {
  const mounts = [
    ...[...systemPaths, ...readPaths].map((path) => ({ path, option: '--ro-bind-try' })),
    ...writePaths.map((path) => ({ path, option: '--bind' })),
  ];
  // Later mounts lie over earlier ones: a path must come after those that hold it. The sort is stable, so that a path
  // that is named as both can be written.
  const inOrder = mounts.toSorted((one, other) => one.path.length - other.path.length);
  const isolation = ['--unshare-all', '--die-with-parent', '--cap-drop', 'ALL', '--proc', '/proc', '--dev', '/dev'];
  // Else the folders that hold the mounts are memory to be filled, and /proc is a way into that of other processes.
  const closed = ['/proc', '/dev', '/'].flatMap((path) => ['--remount-ro', path]);
  return ['bwrap', ...isolation, ...inOrder.flatMap(({ path, option }) => [option, path, path]), ...closed, '--'];
}

/** How a program ended that ran under bubblewrap, which makes of its death by signal n an exit code 128 + n. */
export function endUnderBubblewrap(end: ProcessEnd): ProcessEnd {
  const signal = signalOfExitCode(end.exitCode ?? 0);
  return signal === undefined ? end : { ...end, exitCode: undefined, signal };
}
