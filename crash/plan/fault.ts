/** The servers whose connections lead through a fault proxy. */
export type ProxiedServer = 'postgres' | 'redis' | 's3';

/** The processes of the test. */
export type Role = 'worker' | 'submitter' | 'follower';

/** What is done to the system. Times are in milliseconds. */
export type Fault =
  /** A process ends by SIGKILL, and another takes its place. */
  | { readonly kind: 'kill'; readonly role: Role; readonly slot: number }
  /** A process stands still (SIGSTOP, SIGCONT) for longer than its leases last, and goes on as if nothing had been. */
  | { readonly kind: 'stop'; readonly role: Role; readonly slot: number; readonly forMs: number }
  /** Redis ends by SIGKILL and comes back with nothing. */
  | { readonly kind: 'lose-redis' }
  /** PostgreSQL ends as by `pg_ctl stop -m immediate`, and comes back. */
  | { readonly kind: 'restart-postgres'; readonly awayMs: number }
  /** The S3 gateway ends by SIGKILL, and comes back. */
  | { readonly kind: 'kill-gateway'; readonly awayMs: number }
  /** All connections to a server are cut, and the next ones after so many bytes of an answer each. */
  | { readonly kind: 'cut'; readonly server: ProxiedServer; readonly thenAfterBytes: readonly number[] };

/** A fault and when it comes. */
export interface PlannedFault {
  /** After the one before. */
  readonly waitMs: number;
  readonly fault: Fault;
}

/** The name under which a fault is counted. */
export function nameOfFault(fault: Fault): string {
  if (fault.kind === 'kill' || fault.kind === 'stop') return `${fault.kind}-${fault.role}`;
  return fault.kind === 'cut' ? `cut-${fault.server}` : fault.kind;
}
