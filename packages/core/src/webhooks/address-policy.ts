import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { PubpipeError } from '../errors/pubpipe-error.ts';

/** Whether a connection may be made to an address: an IPv4 or IPv6 address in its usual form. */
export type AddressPolicy = (address: string) => boolean;

type Range = ReturnType<typeof ipaddr.parseCIDR>;

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Allows public addresses, and those within `ranges`. Public is what IANA has given out to the public internet: everything
 * else is refused, so that a range that nobody has thought of is too. An IPv6 address that has an IPv4 address in it
 * (mapped, NAT64, 6to4, Teredo) is none of those.
 *
 * @throws PubpipeError `INVALID_INPUT` when one of `ranges` is no address and no range in CIDR notation.
 */
export function createAddressPolicy(ranges: readonly string[]): AddressPolicy {
  const allowed = ranges.map(parseRange);
  return (text) => {
    // The library knows older forms too, of which sockets may think otherwise. A zone names an interface of this machine.
    if (isIP(text) === 0 || text.includes('%')) return false;
    const address = ipaddr.parse(text);
    return isPublic(address) || allowed.some((range) => isWithin(address, range));
  };
}

function isPublic(address: ReturnType<typeof ipaddr.parse>): boolean {
  if (address.range() !== 'unicast') return false;
  return !(address instanceof ipaddr.IPv6) || address.match(globalUnicast);
}

function isWithin(address: ReturnType<typeof ipaddr.parse>, [base, bits]: Range): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}

function parseRange(text: string): Range {
  const [base = '', bits] = text.split('/', 2);
  if (isIP(base) !== 0 && bits === undefined) return ipaddr.parseCIDR(`${base}/${isIP(base) === 4 ? 32 : 128}`);
  if (isIP(base) !== 0 && ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  throw new PubpipeError('INVALID_INPUT', 'allowAddresses must be addresses, or ranges such as 10.0.0.0/8.', {
    details: { range: text },
  });
}
