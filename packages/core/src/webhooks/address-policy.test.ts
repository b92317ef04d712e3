import { describe, expect, it } from 'vitest';
import { createAddressPolicy } from './address-policy.ts';

const publicOnes = ['93.184.215.14', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450:4001:81b::200e'];

const others = {
  'this network': ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  'link-local': ['169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'fec0::1'],
  "a provider's NAT": ['100.64.0.1', '100.127.255.255'],
  multicast: ['224.0.0.1', '239.255.255.250', 'ff02::1'],
  'reserved or for documents': ['192.0.0.8', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '240.0.0.1'],
  broadcast: ['255.255.255.255'],
  'IPv4 within IPv6': [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:93.184.215.14',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
  ],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::5db8:d70e', '64:ff9b:1::1'],
  '6to4 and Teredo': ['2002:7f00:1::', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  'not given out': ['2001:db8::1', '3fff::1', '4000::1', '5f00::1', '100::1', '8000::1'],
  'no address': ['', 'localhost', '1.2.3', '0x7f.1', '2130706433', '1.2.3.4/8', '[::1]'],
};

describe('which addresses may be called', () => {
  it.each(publicOnes)('%s, which is public', (address) => {
    expect(createAddressPolicy([])(address)).toBe(true);
  });

  it.each(Object.entries(others))('none that is %s', (_, addresses) => {
    const mayCall = createAddressPolicy([]);
    expect(addresses.filter(mayCall)).toEqual([]);
  });

  it('those within the ranges that are allowed, in the same kind of address', () => {
    const mayCall = createAddressPolicy(['10.1.0.0/16', '127.0.0.1', 'fd00::/8', '64:ff9b::/96']);
    const allowed = ['10.1.2.3', '127.0.0.1', 'fd12::1', '64:ff9b::5db8:d70e', '1.1.1.1'];
    expect(allowed.filter(mayCall)).toEqual(allowed);
    const refused = ['10.2.0.1', '127.0.0.2', '::ffff:127.0.0.1', '::ffff:10.1.2.3', 'fe80::1', 'fd12::1%eth0'];
    expect(refused.filter(mayCall)).toEqual([]);
  });

  it('refuses what is no range', () => {
    for (const range of ['10.0.0.0/33', 'intranet', '', '10.0.0']) {
      expect(() => createAddressPolicy([range])).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    }
  });
});
