import { describe, expect, it } from 'vitest';
import { createAddressPolicy } from './address-policy.ts';
import { parseWebhookUrl } from './webhook-url.ts';

const strict = { allowHttp: false, allowPorts: [443, 8_443], mayCall: createAddressPolicy([]) };

describe('the URL of a webhook', () => {
  it.each([
    ['https://shop.example/hooks?token=1', 'shop.example', 443],
    ['https://shop.example:8443', 'shop.example', 8_443],
    ['https://1.1.1.1/', '1.1.1.1', 443],
    ['https://[2606:4700:4700::1111]/', '2606:4700:4700::1111', 443],
    ['https://b\u00fccher.example/', 'xn--bcher-kva.example', 443],
  ])('%s may be called', (text, host, port) => {
    expect(parseWebhookUrl(text, strict)).toMatchObject({ host, port });
  });

  it.each([
    'no URL',
    'http://shop.example/',
    'ftp://shop.example/',
    'file:///etc/passwd',
    'https://user@shop.example/',
    'https://:secret@shop.example/',
    'https://shop.example/#part',
    'https://shop.example:22/',
    'https://shop.example:8080/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0x7f.0.0.1/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://\uff11\uff12\uff17.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[64:ff9b::a00:1]/',
    `https://shop.example/${'x'.repeat(2_000)}`,
  ])('%s may not', (text) => {
    expect(() => parseWebhookUrl(text, strict)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  it('may be http and of a closed network where that is allowed', () => {
    const closed = { allowHttp: true, allowPorts: [80], mayCall: createAddressPolicy(['10.0.0.0/8']) };
    expect(parseWebhookUrl('http://10.1.2.3/hooks', closed)).toMatchObject({ host: '10.1.2.3', port: 80 });
    expect(() => parseWebhookUrl('http://127.0.0.1/', closed)).toThrow('may be called');
  });
});
