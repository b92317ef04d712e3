import { checkWholeNumbers } from '../errors/check-numbers.ts';
import type { RunningLimit, WaitingDelivery, WaitingTenant } from '../ports/tenant-dispatch.ts';

/** How many jobs of one tenant may run, or wait in the queue, at once: 1 to 1,000, for all or by tenant. */
export type TenantPlaces = number | ((tenant: string) => number);

/** The part of a tenant's places that only its interactive jobs get. */
const interactiveShare = 0.25;

/** Of how many places: with one alone, all jobs share it. */
const keptFor = (places: number): number => (places === 1 ? 0 : Math.ceil(places * interactiveShare));

/**
 * Picks what may be dispatched: no tenant gets more than its places, standard jobs leave some to
 * interactive ones, and tenants take turns, so that one with many jobs delays no other's only job.
 *
 * @throws PubpipeError `INVALID_INPUT` when `places` answers no whole number from 1 to 1,000.
 */
export function pickFairly(tenants: readonly WaitingTenant[], places: TenantPlaces): readonly WaitingDelivery[] {
  const picked = tenants.flatMap((tenant) => pickOf(tenant, runningLimitOf(places, tenant.tenant)));
  return picked.toSorted((a, b) => a.turn - b.turn || compare(a.delivery, b.delivery)).map(({ delivery }) => delivery);
}

/** The places of a tenant. */
export function placesOf(places: TenantPlaces, tenant: string): number {
  const maxRunningPerTenant = typeof places === 'function' ? places(tenant) : places;
  checkWholeNumbers({ maxRunningPerTenant }, { least: 1, most: 1_000 });
  return maxRunningPerTenant;
}

/** How many jobs of a tenant may run at once, by lane. */
export function runningLimitOf(places: TenantPlaces, tenant: string): RunningLimit {
  const all = placesOf(places, tenant);
  return { all, standard: all - keptFor(all) };
}

interface Pick {
  readonly delivery: WaitingDelivery;
  /** The how manieth it is of its tenant. */
  readonly turn: number;
}

function pickOf({ inFlight, waiting }: WaitingTenant, { all, standard }: RunningLimit): readonly Pick[] {
  let free = all - inFlight.interactive - inFlight.standard;
  let freeForStandard = standard - inFlight.standard;
  const picked: Pick[] = [];
  for (const delivery of waiting) {
    if (free <= 0) break;
    if (delivery.lane === 'standard') {
      if (freeForStandard <= 0) continue;
      freeForStandard -= 1;
    }
    free -= 1;
    picked.push({ delivery, turn: picked.length });
  }
  return picked;
}

const compare = (a: WaitingDelivery, b: WaitingDelivery): number => b.priority - a.priority || a.runAt - b.runAt;
