import { expect, test } from 'vitest';
import { nameOfFault } from './fault.ts';
import { type PlanOptions, planFaults } from './plan-faults.ts';

const options: PlanOptions = {
  seed: 7,
  kills: 100,
  store: 's3',
  slots: { worker: 3, submitter: 2, follower: 2 },
  leaseMs: 2_000,
};
const kindsOf = (changed: Partial<PlanOptions> = {}) =>
  new Set(planFaults({ ...options, ...changed }).map(({ fault }) => nameOfFault(fault)));

test('the same seed gives the same plan, and another one another', () => {
  expect(planFaults(options)).toEqual(planFaults(options));
  expect(planFaults({ ...options, seed: 8 })).not.toEqual(planFaults(options));
});

test('a plan has as many faults as it is asked for, and each kind as soon as there is room', () => {
  expect(planFaults(options)).toHaveLength(100);
  expect(planFaults({ ...options, kills: 0 })).toEqual([]);
  expect(kindsOf({ kills: 12 }).size).toBe(12);
  expect(kindsOf({ kills: 12 })).toEqual(kindsOf());
});

test('the gateway is killed only where there is one', () => {
  expect(kindsOf()).toContain('kill-gateway');
  expect(kindsOf({ store: 'fs' })).not.toContain('kill-gateway');
  expect(kindsOf({ store: 'fs' })).not.toContain('cut-s3');
});

test('a process stands still for longer than its leases last', () => {
  const stops = planFaults(options).flatMap(({ fault }) => (fault.kind === 'stop' ? [fault.forMs] : []));
  expect(Math.min(...stops)).toBeGreaterThan(options.leaseMs);
});
