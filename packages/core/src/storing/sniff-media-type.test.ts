import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { sniffMediaType } from './sniff-media-type.ts';

const text = (content: string): Buffer => Buffer.from(content);
const document = '<?xml version="1.0" encoding="UTF-8"?>\n<SCRIBUSUTF8NEW Version="1.5.8">\n<DOCUMENT/>';
const noise = Array.from({ length: 9_000 }, (_, index) => String.fromCharCode(40 + ((index * index) % 83))).join('');

it.each([
  ['a Scribus document', text(document), 'application/vnd.scribus'],
  ['one without a declaration', text('<SCRIBUS>'), 'application/vnd.scribus'],
  [
    'one behind a byte order mark and a comment',
    text('\uFEFF<!-- by hand -->\n<SCRIBUSUTF8 a="b">'),
    'application/vnd.scribus',
  ],
  ['a packed one', gzipSync(document), 'application/vnd.scribus'],
  ['the head of a packed one', gzipSync(document + noise).subarray(0, 4_100), 'application/vnd.scribus'],
  ['something else that is packed', gzipSync('a text'), 'application/gzip'],
  ['damaged packing', Buffer.concat([gzipSync(document).subarray(0, 12), Buffer.alloc(50, 7)]), 'application/gzip'],
  ['another XML document', text('<?xml version="1.0"?><SCRIBUSLIKE/>'), 'application/xml'],
  ['a PDF', text('%PDF-1.4\n%âãÏÓ\n'), 'application/pdf'],
  ['a PNG', Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001080600000037', 'hex'), 'image/png'],
  ['a text', text('Scribus is not mentioned as an element.'), 'application/octet-stream'],
  ['comments without an end', text('<!---->'.repeat(580)), 'application/octet-stream'],
  ['nothing', text(''), 'application/octet-stream'],
])('tells %s by its content', async (_, head, mediaType) => {
  expect(await sniffMediaType(head)).toBe(mediaType);
});
