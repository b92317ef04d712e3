import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecretBox } from './secret-box.ts';
import { newWebhookSecret, parseWebhookSecret } from './webhook-secret.ts';

const invalid = expect.objectContaining({ code: 'INVALID_INPUT' });

describe('the secret of a webhook', () => {
  it('is another one each time, and one that would be taken', () => {
    const [one, two] = [newWebhookSecret(), newWebhookSecret()];
    expect(one).not.toBe(two);
    expect(parseWebhookSecret(one)).toBe(one);
  });

  it.each([
    '',
    'whsec_',
    `whsec_${randomBytes(23).toString('base64')}`,
    `whsec_${randomBytes(65).toString('base64')}`,
    randomBytes(32).toString('base64'),
    `whsec_${Buffer.alloc(32, 0xff).toString('base64url')}`,
    `whsec_ ${randomBytes(32).toString('base64')}`,
    `whsec_${randomBytes(32).toString('hex')}!`,
  ])('%s is none', (secret) => {
    expect(() => parseWebhookSecret(secret)).toThrow(invalid);
  });
});

describe('secrets in the database', () => {
  const [old, current, other] = [randomBytes(32), randomBytes(32), randomBytes(32)];

  it('are encrypted by the first key, each time otherwise, and read by any', () => {
    const box = createSecretBox([current, old]);
    const stored = box.close('whsec_one', 'endpoint');
    expect(stored).not.toContain('whsec');
    expect(box.close('whsec_one', 'endpoint')).not.toBe(stored);
    expect(box.open(stored, 'endpoint')).toBe('whsec_one');
    expect(box.open(createSecretBox([old]).close('whsec_two', 'endpoint'), 'endpoint')).toBe('whsec_two');
    expect(box.open('whsec_plain', 'endpoint')).toBe('whsec_plain');
  });

  it('are read by no other key, for no other endpoint, and not when they were changed', () => {
    const box = createSecretBox([current]);
    const stored = box.close('whsec_one', 'endpoint');
    const changed = stored.slice(0, -2) + (stored.endsWith('AA') ? 'BB' : 'AA');
    expect(() => createSecretBox([other]).open(stored, 'endpoint')).toThrow(invalid);
    expect(() => createSecretBox([]).open(stored, 'endpoint')).toThrow(invalid);
    expect(() => box.open(stored, 'another')).toThrow(invalid);
    expect(() => box.open(changed, 'endpoint')).toThrow(invalid);
    expect(() => box.open('aes256gcm.', 'endpoint')).toThrow(invalid);
  });

  it('are as they are without a key, and a key has 32 bytes', () => {
    expect(createSecretBox([]).close('whsec_one', 'endpoint')).toBe('whsec_one');
    expect(() => createSecretBox([randomBytes(16)])).toThrow(invalid);
  });
});
