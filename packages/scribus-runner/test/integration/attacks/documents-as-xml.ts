import { gzipSync } from 'node:zlib';
import type { Attack } from './attack.ts';
import { documentWith, documentWithFrame, imageFrame } from './frames.ts';

const sound = documentWith('');
const inPdf = 'a script in a PDF does its harm at whoever opens it, not here';

const entity = (declaration: string): string =>
  documentWith(imageFrame.replace('ANNAME="logo"', 'ANNAME="logo" PFILE="&x;"')).replace(
    '<SCRIBUSUTF8NEW',
    `<!DOCTYPE SCRIBUSUTF8NEW [${declaration}]>\n<SCRIBUSUTF8NEW`,
  );
const doctype = { reason: 'dtd', element: null, at: '<!DOCTYPE' } as const;

/** What XML itself can do, and scripts. */
export const documentsAsXml: readonly Attack[] = [
  {
    name: 'shows a picture of somebody else whose path is in an entity',
    make: ({ target }) => ({ text: entity(`<!ENTITY x "${target.secret}">`) }),
    screening: doctype,
    harm: 'pictured',
  },
  {
    name: 'reads a file through an entity',
    make: ({ target }) => ({
      text: entity(`<!ENTITY x SYSTEM "file://${target.secretEps}">`)
        .replace('PFILE="&x;"', '')
        .replace('CH="First page"', 'CH="&x;"'),
    }),
    screening: doctype,
    harm: { unseen: "Qt's reader of XML leaves entities of other files out" },
  },
  {
    name: 'grows by entities of entities',
    make: () => {
      const levels = Array.from({ length: 12 }, (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`);
      return { text: entity(`<!ENTITY e0 "xxxxxxxxxx">${levels.join('')}<!ENTITY x "&e12;">`) };
    },
    screening: doctype,
    harm: { unseen: "Qt's reader of XML bounds what entities grow to" },
  },
  {
    name: 'is a thousand times as large as its file',
    make: () => ({
      text: gzipSync(`${sound}${' '.repeat(64 * 1024 * 1024)}`),
      name: 'document.sla.gz',
    }),
    screening: { reason: 'gzip-ratio', element: null, at: null },
    harm: { unseen: 'what it takes is memory, and the limits of a render bound that in every mode' },
  },
  {
    name: 'puts a script into the PDF',
    make: () => ({ text: documentWith(`<JAVA NAME="a" SCRIPT="app.alert(1)"/>${imageFrame}`) }),
    screening: { reason: 'javascript', element: 'JAVA', at: '<JAVA' },
    harm: 'scripted',
    outsideSandbox: inPdf,
  },
  {
    name: 'puts the script of a link into the PDF',
    make: () => ({
      text: documentWithFrame('ANNOTATION="1" ANTYPE="11" ANACTYP="0" ANAA="1" ANDACT="app.alert(1)"', 4),
    }),
    screening: { reason: 'javascript', element: 'PAGEOBJECT', at: 'ANDACT' },
    harm: 'scripted',
    outsideSandbox: inPdf,
  },
];
