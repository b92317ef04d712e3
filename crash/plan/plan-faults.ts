import type { StoreKind } from '../crash-options.ts';
import type { Fault, PlannedFault, ProxiedServer, Role } from './fault.ts';
import { createRandom, type Random } from './random.ts';

/** What the plan of one round depends on. */
export interface PlanOptions {
  readonly seed: number;
  readonly kills: number;
  readonly store: StoreKind;
  /** Processes of each role. */
  readonly slots: Readonly<Record<Role, number>>;
  /** How long a claim is valid without a heartbeat. */
  readonly leaseMs: number;
}

type Maker = (random: Random) => Fault;
type WeightedMaker = readonly [weight: number, make: Maker];

/** Plans the random faults of a round: the same options give the same plan. Each kind comes at least once where there is room. */
export function planFaults(options: PlanOptions): readonly PlannedFault[] {
  const random = createRandom(options.seed);
  const kinds = kindsOf(options);
  const makers = Array.from({ length: options.kills }, (_, index) => kinds[index]?.[1] ?? random.weighted(kinds));
  return random.shuffled(makers).map((make) => ({ waitMs: random.between(20, 400), fault: make(random) }));
}

/** The kinds of faults with their weights. */
function kindsOf({ store, slots, leaseMs }: PlanOptions): readonly WeightedMaker[] {
  const slotOf = (random: Random, role: Role) => ({ role, slot: random.between(0, slots[role] - 1) });
  const kill =
    (role: Role): Maker =>
    (random) => ({ kind: 'kill', ...slotOf(random, role) });
  const stop =
    (role: Role): Maker =>
    (random) => ({ kind: 'stop', ...slotOf(random, role), forMs: random.between(1.25 * leaseMs, 2.5 * leaseMs) });
  const cut =
    (server: ProxiedServer): Maker =>
    (random) => ({
      kind: 'cut',
      server,
      thenAfterBytes: Array.from({ length: random.between(0, 3) }, () => random.between(0, 4_000)),
    });
  // Now and then it is away for long: nobody's job may suffer from that.
  const awayMs = (random: Random) =>
    random.weighted([
      [3, random.between(0, 1_500)],
      [1, random.between(8_000, 14_000)],
    ]);
  const gateway: readonly WeightedMaker[] = [
    [8, (random) => ({ kind: 'kill-gateway', awayMs: awayMs(random) })],
    [6, cut('s3')],
  ];
  return [
    [30, kill('worker')],
    [14, stop('worker')],
    [10, kill('submitter')],
    [7, () => ({ kind: 'lose-redis' })],
    [7, (random) => ({ kind: 'restart-postgres', awayMs: awayMs(random) })],
    [8, cut('postgres')],
    ...(store === 's3' ? gateway : []),
    [4, kill('follower')],
    [4, cut('redis')],
    [3, stop('submitter')],
    [2, stop('follower')],
  ];
}
