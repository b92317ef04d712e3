import { describe, expect, it } from 'vitest';
import { SendingPlaces } from './sending-places.ts';

const owner = (id: string, tenant: string, isFailing = false) => ({
  id,
  tenant,
  failingSince: isFailing ? 1 : undefined,
});

describe('places for sending', () => {
  it('are given to an endpoint up to its bound, and back', () => {
    const places = new SendingPlaces({ concurrency: 16, perEndpoint: 3 });
    const hook = owner('hook', 'shop');
    expect(places.free(hook)).toBe(3);
    const giveBack = places.take(hook);
    expect(places.free(hook)).toBe(2);
    giveBack();
    expect(places.free(hook)).toBe(3);
  });

  it('are a quarter of all for a tenant, however many endpoints it has', () => {
    const places = new SendingPlaces({ concurrency: 16, perEndpoint: 3 });
    for (const id of ['a', 'b', 'c', 'd']) places.take(owner(id, 'shop'));
    expect(places.free(owner('e', 'shop'))).toBe(0);
    expect(places.free(owner('x', 'competitor'))).toBe(3);
  });

  it('are one for an endpoint that fails, and half of all for all that do', () => {
    const places = new SendingPlaces({ concurrency: 8, perEndpoint: 3 });
    for (const [id, tenant] of [
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
      ['d', '4'],
    ] as const) {
      expect(places.free(owner(id, tenant, true))).toBe(1);
      places.take(owner(id, tenant, true));
      expect(places.free(owner(id, tenant, true))).toBe(0);
    }
    expect(places.free(owner('e', '5', true))).toBe(0);
    expect(places.free(owner('f', '5'))).toBe(2);
    expect(places.areTaken).toBe(false);
    for (const id of ['g', 'h']) for (let index = 0; index < 2; index += 1) places.take(owner(id, id));
    expect([places.areTaken, places.free(owner('i', 'i'))]).toEqual([true, 0]);
  });

  it("are half of a tenant's for those of its endpoints that fail", () => {
    const places = new SendingPlaces({ concurrency: 32, perEndpoint: 3 });
    for (let index = 0; index < 4; index += 1) places.take(owner(`dead ${index}`, 'shop', true));
    expect(places.free(owner('dead too', 'shop', true))).toBe(0);
    expect(places.free(owner('sound', 'shop'))).toBe(3);
    expect(places.free(owner('dead', 'competitor', true))).toBe(1);
  });

  it('are one at least for everybody, also where there is but one', () => {
    const places = new SendingPlaces({ concurrency: 1, perEndpoint: 1 });
    expect([places.free(owner('a', 'shop')), places.free(owner('b', 'shop', true))]).toEqual([1, 1]);
  });
});
