import { describe, expect, it } from 'vitest';
import { createApiKeys, hashApiKey, issueApiKey } from './api-keys.ts';

const [first, second, other] = [issueApiKey('acme'), issueApiKey('acme'), issueApiKey('print-shop')];
const { identify } = createApiKeys([first.stored, second.stored, other.stored]);

describe('API keys', () => {
  it('say whose a request is, in either header', () => {
    expect(identify({ headers: { authorization: `Bearer ${first.key}` } })).toEqual({ tenant: 'acme' });
    expect(identify({ headers: { authorization: `bearer  ${second.key}` } })).toEqual({ tenant: 'acme' });
    expect(identify({ headers: { 'x-api-key': other.key } })).toEqual({ tenant: 'print-shop' });
  });

  it.each([
    ['no key', {}],
    ['an empty key', { 'x-api-key': '' }],
    ['another key', { 'x-api-key': issueApiKey('acme').key }],
    ['the beginning of a key', { 'x-api-key': first.key.slice(0, -1) }],
    ['more than a key', { 'x-api-key': `${first.key}x` }],
    ['two keys', { 'x-api-key': `${first.key}, ${other.key}` }],
    ['what is stored of a key', { 'x-api-key': first.stored.sha256 }],
    ['a key in another scheme', { authorization: `Basic ${first.key}` }],
    ['a wrong key beside a right one', { authorization: 'Bearer x', 'x-api-key': first.key }],
  ])('let nobody in with %s', (_, headers) => {
    expect(identify({ headers })).toBeUndefined();
  });

  it('let nobody in when there are none', () => {
    expect(createApiKeys([]).identify({ headers: { 'x-api-key': first.key } })).toBeUndefined();
  });

  it('are 32 random bytes, of which only the SHA-256 is kept', () => {
    expect(Buffer.from(first.key, 'base64url')).toHaveLength(32);
    expect(first.key).not.toBe(second.key);
    expect(first.stored).toEqual({ tenant: 'acme', sha256: hashApiKey(first.key) });
    // The example of FIPS 180-2.
    expect(hashApiKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it.each([
    ['without a tenant', { tenant: '', sha256: other.stored.sha256 }],
    ['with a tenant that is too long', { tenant: 'x'.repeat(201), sha256: other.stored.sha256 }],
    ['with the key itself', { tenant: 'print-shop', sha256: other.key }],
    ['with capital letters', { tenant: 'print-shop', sha256: other.stored.sha256.toUpperCase() }],
    ['with the key of another', { tenant: 'print-shop', sha256: first.stored.sha256 }],
  ])('are refused %s, and the key is not in the error', (_, entry) => {
    const make = () => createApiKeys([first.stored, entry]);
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', details: { index: 1 } }));
    expect(make).not.toThrow(entry.sha256);
  });
});
