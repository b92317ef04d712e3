import { checkWholeNumbers } from '../errors/check-numbers.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import { type AddressPolicy, createAddressPolicy } from './address-policy.ts';
import { createSecretBox, type SecretBox } from './secret-box.ts';

/** Options of {@link createWebhooks}: all processes of a job store have to say the same. */
export interface WebhookOptions {
  /** Whether `http:` will do, which anybody on the way can read. @defaultValue false */
  readonly allowHttp?: boolean | undefined;
  /**
   * Addresses that may be called though they are not public, as ranges such as `10.1.0.0/16`: for closed networks and
   * tests. @defaultValue none
   */
  readonly allowAddresses?: readonly string[] | undefined;
  /** Ports that may be called. @defaultValue [80, 443, 8080, 8443] */
  readonly allowPorts?: readonly number[] | undefined;
  /** Most endpoints of one tenant. @defaultValue 20 */
  readonly maxPerTenant?: number | undefined;
  /**
   * Keys of 32 bytes by which secrets are encrypted in the database (AES-256-GCM): by the first one, and what an earlier
   * one has encrypted can still be read. @defaultValue none: they are in the database as they are
   */
  readonly secretKeys?: readonly Uint8Array[] | undefined;
}

/** {@link WebhookOptions}, complete. */
export interface ResolvedWebhookOptions {
  readonly allowHttp: boolean;
  readonly allowPorts: readonly number[];
  readonly mayCall: AddressPolicy;
  readonly maxPerTenant: number;
  readonly secretBox: SecretBox;
}

/**
 * Fills in the defaults.
 *
 * @throws PubpipeError `INVALID_INPUT` when an option is out of range.
 */
export function resolveWebhookOptions(options: WebhookOptions): ResolvedWebhookOptions {
  const { allowHttp = false, allowAddresses = [], allowPorts = [80, 443, 8_080, 8_443] } = options;
  const { maxPerTenant = 20, secretKeys = [] } = options;
  checkWholeNumbers({ maxPerTenant }, { least: 1, most: 1_000 });
  checkWholeNumbers(Object.fromEntries(allowPorts.map((port, index) => [`allowPorts.${index}`, port])), {
    least: 1,
    most: 65_535,
  });
  if (allowPorts.length === 0) throw new PubpipeError('INVALID_INPUT', 'allowPorts must name a port.');
  return Object.freeze({
    allowHttp,
    allowPorts: Object.freeze([...allowPorts]),
    mayCall: createAddressPolicy(allowAddresses),
    maxPerTenant,
    secretBox: createSecretBox(secretKeys),
  });
}
