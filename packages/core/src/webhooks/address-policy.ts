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
    // With a zone it names an interface of this machine.
    if (!ipaddr.isValid(text) || text.includes('%')) return false;
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
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) {
    throw new PubpipeError('INVALID_INPUT', 'allowAddresses must be addresses, or ranges such as 10.0.0.0/8.', {
      details: { range: text },
    });
  }
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
