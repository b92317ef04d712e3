// The program becomes the process that is started: it has its number, its descriptors and its signals.
const start = `
set -e
root=$1; shift
while [ "$1" != -- ]; do
  mkdir -p -- "$root$1"
  mount --rbind -- "$1" "$root$1"
  shift
done
shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot "$root" sh -c 'cd -- "$1" && shift && exec "$@"' sh "$PWD" "$@"`;

/**
 * The command that starts a program of another system's root folder. It sees, under the same paths, the
 * `directories` of this system, of which one holds its working directory, and the same processes and
 * devices. The mounts are its own: nobody else sees them, and they go with it. Only the empty folders stay on
 * which it mounts: `directories` are lasting ones, such as the system's temporary directory. Needs root.
 */
export function commandInRoot(
  root: string,
  { directories, program }: { readonly directories: readonly string[]; readonly program: string },
): readonly [string, ...string[]] {
  const namespace = ['unshare', '--mount', '--propagation', 'private'] as const;
  return [...namespace, 'sh', '-c', start, 'sh', root, ...directories, '--', program];
}
