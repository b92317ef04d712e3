import { describe, expect, it } from 'vitest';
import type { Lane } from '../job/lane.ts';
import type { WaitingTenant } from '../ports/tenant-dispatch.ts';
import { pickFairly } from './pick-fairly.ts';

const waiting = (name: string, count: number, lane: Lane = 'standard') =>
  Array.from({ length: count }, (_, index) => ({
    jobId: `${name}${index}`,
    tenant: name,
    dispatch: 1,
    priority: lane === 'standard' ? 0 : 2_001,
    lane,
    runAt: index,
  }));
const tenant = (name: string, count: number, inFlight = { interactive: 0, standard: 0 }): WaitingTenant => ({
  tenant: name,
  inFlight,
  waiting: waiting(name, count),
});
const ids = (picked: readonly { readonly jobId: string }[]) => picked.map(({ jobId }) => jobId);

describe('picking what is dispatched', () => {
  it('lets tenants take turns', () => {
    expect(ids(pickFairly([tenant('a', 30), tenant('b', 1)], 4))).toEqual(['a0', 'b0', 'a1', 'a2']);
  });

  it('holds each tenant to its places, counting what is in flight', () => {
    expect(ids(pickFairly([tenant('a', 5, { interactive: 0, standard: 3 })], 5))).toEqual([]);
    expect(ids(pickFairly([tenant('a', 5, { interactive: 0, standard: 2 })], 5))).toEqual(['a0']);
    expect(ids(pickFairly([tenant('a', 5), tenant('b', 5)], (name) => (name === 'a' ? 1 : 2)))).toEqual(['a0', 'b0']);
  });

  it('leaves a quarter of the places to interactive jobs, which may have all', () => {
    const both = { ...tenant('a', 0), waiting: [...waiting('i', 1, 'interactive'), ...waiting('s', 9)] };
    expect(ids(pickFairly([both], 4))).toEqual(['i0', 's0', 's1', 's2']);
    expect(ids(pickFairly([tenant('s', 9)], 4))).toHaveLength(3);
    expect(ids(pickFairly([{ ...both, waiting: waiting('i', 9, 'interactive') }], 4))).toHaveLength(4);
    expect(ids(pickFairly([tenant('s', 9)], 1))).toHaveLength(1);
  });

  it.each([0, 1.5, 1_001, Number.NaN])('refuses %s places', (places) => {
    expect(() => pickFairly([tenant('a', 1)], () => places)).toThrow(/maxRunningPerTenant/);
  });
});
