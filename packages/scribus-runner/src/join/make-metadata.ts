import { createHash } from 'node:crypto';
import { type PdfDictionary, PdfName, type PdfValue, textOf } from '../pdf/pdf-value.ts';
import type { JoinedClaims } from './join-plan.ts';
import type { NewStream } from './pdf-update.ts';

/**
 * XMP metadata with the markers of PDF/X and PDF/A, and what they ask for beside them: what the document information says.
 * Answers undefined when there is no marker. `identity` tells the PDF from others.
 */
export function makeMetadata(
  { pdfx, pdfa }: JoinedClaims,
  information: PdfDictionary,
  identity: string,
): NewStream | undefined {
  if (pdfx === undefined && pdfa === undefined) return undefined;
  const text = (key: string) => textOf(information.get(key));
  const date = xmpDate(text('ModDate'));
  const id = uuid(identity);
  const properties = [
    property('dc', 'format', 'application/pdf'),
    list('dc', 'title', 'Alt', text('Title')),
    list('dc', 'creator', 'Seq', text('Author')),
    list('dc', 'description', 'Alt', text('Subject')),
    property('pdf', 'Keywords', text('Keywords')),
    property('pdf', 'Producer', text('Producer')),
    property('pdf', 'Trapped', nameText(information.get('Trapped'))),
    property('xmp', 'CreatorTool', text('Creator')),
    ...['CreateDate', 'ModifyDate', 'MetadataDate'].map((name) => property('xmp', name, date)),
    property('xmpMM', 'DocumentID', id),
    property('xmpMM', 'InstanceID', id),
    property('xmpMM', 'VersionID', '1'),
    property('xmpMM', 'RenditionClass', 'default'),
    property('pdfxid', 'GTS_PDFXVersion', pdfx),
    property('pdfaid', 'part', pdfa?.part),
    property('pdfaid', 'conformance', pdfa?.conformance),
  ];
  const dictionary = new Map([
    ['Type', new PdfName('Metadata')],
    ['Subtype', new PdfName('XML')],
  ]);
  return { dictionary, bytes: Buffer.from(packet(properties.join('')), 'utf8') };
}

const namespaces = {
  dc: 'http://purl.org/dc/elements/1.1/',
  pdf: 'http://ns.adobe.com/pdf/1.3/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  xmpMM: 'http://ns.adobe.com/xap/1.0/mm/',
  pdfxid: 'http://www.npes.org/pdfx/ns/id/',
  pdfaid: 'http://www.aiim.org/pdfa/ns/id/',
} as const;

type Prefix = keyof typeof namespaces;

function packet(properties: string): string {
  const declarations = Object.entries(namespaces).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`);
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""${declarations.join('')}>
${properties}</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`;
}

const property = (prefix: Prefix, name: string, value: string | undefined): string =>
  value === undefined ? '' : `<${prefix}:${name}>${escaped(value)}</${prefix}:${name}>\n`;

function list(prefix: Prefix, name: string, kind: 'Alt' | 'Seq', value: string | undefined): string {
  if (value === undefined) return '';
  const language = kind === 'Alt' ? ' xml:lang="x-default"' : '';
  const item = `<rdf:${kind}><rdf:li${language}>${escaped(value)}</rdf:li></rdf:${kind}>`;
  return `<${prefix}:${name}>${item}</${prefix}:${name}>\n`;
}

const escaped = (text: string): string =>
  text
    .toWellFormed()
    // What XML can't hold: https://www.w3.org/TR/xml/#charsets
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones.
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

const nameText = (value: PdfValue | undefined): string | undefined =>
  value instanceof PdfName ? value.text : undefined;

/** A date of PDF (ISO 32000-1, 7.9.4) as XMP writes it. */
function xmpDate(date: string | undefined): string | undefined {
  const [, year, month, day, hour, minute, second, zone = ''] =
    /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z|[+-]\d\d'\d\d'?)?/.exec(date ?? '') ?? [];
  if (year === undefined) return undefined;
  const offset = zone === '' || zone === 'Z' ? 'Z' : zone.replace("'", ':').replace("'", '');
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`;
}

function uuid(identity: string): string {
  const digest = createHash('sha256').update(identity).digest('hex');
  const [a, b, c, d, e] = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(12, 16),
    digest.slice(16, 20),
    digest.slice(20, 32),
  ];
  return `uuid:${a}-${b}-${c}-${d}-${e}`;
}
