import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { findDebianMirror } from '../../../../test/kit/debian-mirror.ts';
import { openScribusRoot } from '../../../../test/kit/scribus-root.ts';

const run = promisify(execFile);

// A layer over the root folder, which stays as it is. The mounts are the command's own, and go with it.
const enter = `
set -e
options=$1 root=$2; shift 2
mount -t overlay overlay -o "$options" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/dev"
for name in null zero full random urandom tty; do
  : >"$root/dev/$name"
  mount --bind "/dev/$name" "$root/dev/$name"
done
mkdir "$root/dev/shm"
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t tmpfs -o size=1g,mode=1777,nosuid,nodev,noexec tmpfs "$root/tmp"
while [ "$1" != -- ]; do
  mount --bind "$1" "$root$2"
  shift 2
done
shift
exec chroot "$root" "$@"`;

/** A directory of this machine that is seen somewhere in the image. */
export interface Volume {
  readonly directory: string;
  readonly path: string;
}

/** An image that is built and run without Docker: a layer over a Debian 13. Needs root. */
export interface ImageRoot {
  /** Where what an instruction adds is put: the layer as this machine sees it. */
  readonly layer: string;
  /** Runs a command of the image's build, as root. */
  build(script: string, environment: Readonly<Record<string, string>>): Promise<void>;
  /**
   * The command that runs one of the image's programs as a container does with `--read-only --cap-drop ALL
   * --security-opt no-new-privileges --tmpfs /tmp`: as its user, first of its own processes. It uses this machine's network.
   */
  commandOf(options: {
    readonly user: string;
    readonly directory: string;
    readonly volumes: readonly Volume[];
    readonly command: readonly string[];
  }): readonly [string, ...string[]];
}

/** Begins an image with what its base image has: Debian 13, Node, the user "node". `directory` is for its layer. */
export async function beginImage(directory: string): Promise<ImageRoot> {
  const base = await openScribusRoot();
  const [layer, work, root] = ['layer', 'work', 'root'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [layer, work, root]) await mkdir(each, { recursive: true });
  const namespaces = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];
  const inImage = (layers: string, volumes: readonly Volume[], command: readonly string[]) =>
    [
      'unshare',
      ...namespaces,
      'sh',
      '-c',
      enter,
      'sh',
      layers,
      root,
      ...volumes.flatMap((volume) => [volume.directory, volume.path]),
      '--',
      ...command,
    ] as const;
  const image: ImageRoot = {
    layer,
    async build(script, environment) {
      const layers = `lowerdir=${base},upperdir=${layer},workdir=${work}`;
      const [program, ...args] = inImage(layers, [], ['sh', '-c', script]);
      await run(program, args, { env: { PATH: process.env['PATH'], ...environment }, maxBuffer: 64 * 1024 * 1024 });
    },
    commandOf({ user, directory: workingDirectory, volumes, command }) {
      const [uid, gid] = user.split(':');
      const privileges = ['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all', '--pdeathsig=KILL'];
      const asUser = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...privileges, '--'];
      const there = ['sh', '-c', 'cd -- "$1" && shift && exec "$@"', 'sh', workingDirectory];
      return inImage(`ro,lowerdir=${layer}:${base}`, volumes, [...asUser, ...there, ...command]);
    },
  };
  await mkdir(join(layer, 'usr/local/bin'), { recursive: true });
  await cp(process.execPath, join(layer, 'usr/local/bin/node'));
  await image.build('groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node', {});
  await reachMirror(layer);
  return image;
}

/** apt in the image gets its packages from where this machine's does. */
async function reachMirror(layer: string): Promise<void> {
  const { aptOptions } = await findDebianMirror();
  const folder = join(layer, 'etc/apt/apt.conf.d');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '99mirror'), `${aptOptions.join('\n')}\n`);
  await cp('/etc/resolv.conf', join(layer, 'etc/resolv.conf'), { dereference: true });
  await cp('/etc/hosts', join(layer, 'etc/hosts'), { dereference: true });
}
