import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { unlessAborted } from '../errors/unless-aborted.ts';

/** Finds the addresses of a host. */
export type ResolveHost = (host: string, options: { readonly signal: AbortSignal }) => Promise<readonly string[]>;

/**
 * Asks the DNS servers of the machine for IPv4 and IPv6 addresses, and leaves out its own names of hosts (`/etc/hosts`).
 * Not by the system's resolver: that takes one of few threads, which a name server that does not answer would hold, and
 * with them the files of the whole process.
 */
export const resolveByDns: ResolveHost = (host, { signal }) =>
  resolveBy(new Resolver({ timeout: 3_000, tries: 2 }), host, signal);

/** Asks by a resolver of its own, which ends with `signal`. */
export async function resolveBy(resolver: Resolver, host: string, signal: AbortSignal): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const asked = Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const answers = await unlessAborted(asked, signal);
    // A host has addresses of one kind or of both: that there are none of a kind is an error to the resolver.
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
