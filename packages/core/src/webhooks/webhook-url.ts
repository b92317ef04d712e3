import { isIP } from 'node:net';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { ResolvedWebhookOptions } from './webhook-options.ts';

const maxLength = 2_000;

/** What of the options an address depends on. */
export type UrlPolicy = Pick<ResolvedWebhookOptions, 'allowHttp' | 'allowPorts' | 'mayCall'>;

/** Where to connect to. */
export interface WebhookUrl {
  readonly url: URL;
  /** The name or address of the host, without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * Checks the address of an endpoint, as far as that can be done without asking for the host's addresses.
 *
 * @throws PubpipeError `INVALID_INPUT` when it is none that may be called.
 */
export function parseWebhookUrl(text: string, { allowHttp, allowPorts, mayCall }: UrlPolicy): WebhookUrl {
  const url = text.length <= maxLength && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw invalid('It must be a URL of at most 2,000 characters.');
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) {
    throw invalid(allowHttp ? 'It must begin with https: or http:.' : 'It must begin with https:.');
  }
  if (url.username !== '' || url.password !== '') throw invalid('It must have no user name and no password.');
  if (url.hash !== '') throw invalid('It must have no fragment.');
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (!allowPorts.includes(port)) throw invalid(`Its port must be one of ${allowPorts.join(', ')}.`);
  // The URL standard has turned all the ways of writing an IPv4 address into one, and put an IPv6 address in brackets.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !mayCall(host)) throw invalid('Its address is not one that may be called.');
  return { url, host, port };
}

function invalid(reason: string): PubpipeError {
  return new PubpipeError('INVALID_INPUT', `The URL of a webhook is not valid. ${reason}`, {
    details: { issues: [{ path: 'url', message: reason }] },
  });
}
