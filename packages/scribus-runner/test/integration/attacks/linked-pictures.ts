import { deflateSync, gzipSync } from 'node:zlib';
import type { Aim, Attack } from './attack.ts';
import { documentLinking, documentWithFrame } from './frames.ts';

const refused = (reason: string) => ({ reason, element: 'PAGEOBJECT', at: 'ANNAME="logo"' }) as const;

const paths: readonly Attack[] = [
  { name: 'by its absolute path', path: ({ target }: Aim) => target.secret },
  { name: 'by a path that climbs', path: ({ target, climb }: Aim) => climb(target.secret) },
  {
    name: 'by a path that seems to lead downwards',
    path: ({ target, climb }: Aim) => `./x/../${climb(target.secret)}`,
  },
  { name: 'through /proc/self/root', path: ({ target }: Aim) => `/proc/self/root${target.secret}` },
].map(({ name, path }) => ({
  name: `shows a picture of somebody else, ${name}`,
  make: (aim) => ({ text: documentLinking(path(aim)) }),
  screening: refused('path-outside'),
  harm: 'pictured',
}));

const urls: readonly Attack[] = [
  {
    name: 'asks a server for a picture',
    make: ({ target }) => ({ text: documentLinking(`http://127.0.0.1:${target.tcpPort}/secret.png`) }),
    screening: refused('url'),
    harm: { unseen: 'Scribus takes a URL for the name of a file' },
  },
  {
    name: 'shows a picture of somebody else by a file URL',
    make: ({ target }) => ({ text: documentLinking(`file://${target.secret}`) }),
    screening: refused('url'),
    harm: { unseen: 'Scribus takes a URL for the name of a file' },
  },
];

const links: readonly Attack[] = [
  { name: 'beside the document', link: 'logo.png', to: ({ target }: Aim) => target.secret, path: 'logo.png' },
  {
    name: 'to a folder',
    link: 'images',
    to: ({ target }: Aim) => target.secret.replace(/\/[^/]*$/, ''),
    path: 'images/secret.png',
  },
].map(({ name, link, to, path }) => ({
  name: `shows a picture of somebody else by a symbolic link ${name}`,
  make: (aim) => ({ text: documentLinking(path), links: { [link]: to(aim) } }),
  screening: { reason: 'symlink', element: null, at: null },
  harm: 'pictured',
}));

const svg = (href: string): string =>
  '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="150" height="150">' +
  `<image width="150" height="150" xlink:href="${href}"/></svg>`;

const packed = (content: string | Buffer): string => {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, deflateSync(bytes)]).toString('base64');
};

const drawing = (name: string, file: string, content: (aim: Aim) => string | Buffer, reason: string): Attack => ({
  name: `shows a picture of somebody else through ${name}`,
  make: (aim) => ({ text: documentLinking(file), beside: { [file]: content(aim) } }),
  screening: refused(reason),
  harm: 'pictured',
});

const drawings: readonly Attack[] = [
  drawing('a drawing', 'a.svg', ({ target }) => svg(target.secret), 'svg-reference'),
  drawing(
    'a drawing, by a path that climbs',
    'a.svg',
    // It is relative to where Scribus runs.
    ({ target }) => svg('../'.repeat(32) + target.secret.slice(1)),
    'svg-reference',
  ),
  drawing('a packed drawing', 'a.svgz', ({ target }) => gzipSync(svg(target.secret)), 'svg-reference'),
  drawing('a drawing of another ending', 'a.xyz', ({ target }) => svg(target.secret), 'svg-reference'),
  drawing(
    'a drawing of another ending that begins late',
    'a.xyz',
    ({ target }) => svg(target.secret).replace('<svg', `<!--${'x'.repeat(5000)}--><svg`),
    'image-kind',
  ),
  drawing('a packed drawing of another ending', 'a.xyz', ({ target }) => gzipSync(svg(target.secret)), 'image-kind'),
  {
    name: 'shows a picture of somebody else through an embedded drawing',
    make: ({ target }) => ({
      text: documentWithFrame(`isInlineImage="1" inlineImageExt="svg" ImageData="${packed(svg(target.secret))}"`),
    }),
    screening: refused('svg-reference'),
    harm: 'pictured',
  },
  {
    name: 'asks a server for a picture of a drawing',
    make: ({ target }) => ({
      text: documentLinking('a.svg'),
      beside: { 'a.svg': svg(`http://127.0.0.1:${target.tcpPort}/secret.png`) },
    }),
    screening: refused('svg-reference'),
    harm: { unseen: "Qt's reader of drawings fetches nothing" },
  },
  {
    name: 'reads a file through an entity of a drawing',
    make: ({ target }) => ({
      text: documentLinking('a.svg'),
      beside: {
        'a.svg': svg('')
          .replace('<svg', `<!DOCTYPE svg [<!ENTITY secret SYSTEM "file://${target.secretEps}">]><svg`)
          .replace('</svg>', '<text y="20">&secret;</text></svg>'),
      },
    }),
    screening: refused('dtd'),
    harm: { unseen: "Qt's reader of XML leaves entities of other files out" },
  },
];

const others: readonly Attack[] = [
  {
    name: 'writes an embedded image to a place that its ending chooses',
    make: ({ target }) => ({
      text: documentWithFrame(
        `isInlineImage="1" inlineImageExt="${'/..'.repeat(32)}${target.marker}" ImageData="${packed('content')}"`,
      ),
    }),
    screening: refused('image-extension'),
    harm: 'written',
  },
  ...['dot', 'html', 'mpeg'].map(
    (ending): Attack => ({
      name: `starts another program to read an image, by the ending ${ending}`,
      make: () => ({ text: documentLinking(`image.${ending}`), beside: { [`image.${ending}`]: 'x' } }),
      screening: refused('image-kind'),
      harm: 'written',
    }),
  ),
  {
    name: 'starts another program to read an image, by its content',
    make: () => ({ text: documentLinking('image.xyz'), beside: { 'image.xyz': '#FIG 3.2\n' } }),
    screening: refused('image-kind'),
    harm: 'written',
  },
  {
    name: 'starts another program to read an embedded image',
    make: () => ({ text: documentWithFrame(`isInlineImage="1" inlineImageExt="dot" ImageData="${packed('x')}"`) }),
    screening: refused('image-kind'),
    harm: 'written',
  },
];

/** Pictures that are not the document's own, and what reads them. */
export const linkedPictures: readonly Attack[] = [...paths, ...urls, ...links, ...drawings, ...others];
