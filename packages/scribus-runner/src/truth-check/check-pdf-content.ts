import type { PdfFacts } from '../pdf/pdf-facts.ts';
import type { ExpectedPdf, PdfXProfile } from './expected-pdf.ts';
import { mismatch } from './mismatch.ts';
import { spotColourSpellings } from './spot-colour-spellings.ts';

const maxNamesInDetails = 100;

/**
 * Checks version, markers, fonts, output intent, spot colours, encryption, layers and actions.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` with what was asked and what is there.
 */
export function checkPdfContent(facts: PdfFacts, expected: ExpectedPdf): void {
  const { version, profile, fonts, outputIntent, spotColours } = expected;
  // PDF/X can't be encrypted.
  const encrypted = profile === undefined ? expected.encrypted : false;
  if (encrypted !== undefined && facts.encrypted !== encrypted) {
    const sentence = facts.encrypted ? 'The PDF is encrypted.' : 'The PDF is not encrypted.';
    throw mismatch(sentence, { encrypted }, { encrypted: facts.encrypted });
  }
  if (version !== undefined && facts.version !== version) {
    throw mismatch(
      `The PDF is of version ${facts.version} instead of ${version}.`,
      { version },
      { version: facts.version },
    );
  }
  if (profile !== undefined) checkPdfX(facts, profile);
  if (fonts === 'outlined') checkOutlined(facts);
  else if (fonts === 'embedded' || profile !== undefined) checkEmbedded(facts);
  if (outputIntent !== undefined) checkOutputIntent(facts, outputIntent);
  if (spotColours !== undefined) checkSpotColours(facts, spotColours);
  if (expected.layers === 'none' && facts.layered) {
    throw mismatch('The PDF has layers, which a viewer can switch off.', { layers: 'none' }, { layered: true });
  }
  const { actions } = facts;
  if (expected.actions === 'none' && actions.length > 0) {
    throw mismatch(`The PDF has what the document has not: ${actions.join(', ')}.`, { actions: 'none' }, { actions });
  }
}

// Where each standard puts its marker: ISO 15930-1 and -4, -3 and -6, -7.
const isMarked: Readonly<Record<PdfXProfile, (facts: PdfFacts) => boolean>> = {
  'pdf/x-1a': ({ pdfxVersion = '', pdfxConformance = '' }) =>
    pdfxVersion.startsWith('PDF/X-1a:') ||
    (pdfxVersion.startsWith('PDF/X-1:') && pdfxConformance.startsWith('PDF/X-1a:')),
  'pdf/x-3': ({ pdfxVersion = '' }) => pdfxVersion.startsWith('PDF/X-3:'),
  'pdf/x-4': ({ xmpPdfxVersion = '' }) => xmpPdfxVersion === 'PDF/X-4',
};

function checkPdfX(facts: PdfFacts, profile: PdfXProfile): void {
  const { pdfxVersion, pdfxConformance, xmpPdfxVersion, trappedKnown } = facts;
  if (!isMarked[profile](facts)) {
    const got = { pdfxVersion, pdfxConformance, xmpPdfxVersion };
    throw mismatch(`The PDF has no marker of ${profile.toUpperCase()}.`, { profile }, got);
  }
  if (!trappedKnown) throw mismatch("The PDF doesn't say whether it is trapped.", { profile }, { trappedKnown });
  if (facts.outputIntents.some(({ subtype, profileSpace }) => subtype === 'GTS_PDFX' && profileSpace !== undefined)) {
    return;
  }
  throw mismatch('The PDF has no output intent with a profile.', { profile }, { outputIntents: facts.outputIntents });
}

function checkOutlined({ fonts }: PdfFacts): void {
  if (fonts.length === 0) return;
  throw mismatch('The PDF has text that is not outlined.', { fonts: 'outlined' }, { fonts: shortened(fonts) });
}

function checkEmbedded({ fonts }: PdfFacts): void {
  const left = fonts.filter(({ embedded }) => !embedded).map(({ name }) => name);
  if (left.length === 0) return;
  throw mismatch(
    `The PDF lacks the font ${left[0]}, which it uses.`,
    { fonts: 'embedded' },
    { notEmbedded: shortened(left) },
  );
}

function checkOutputIntent({ outputIntents }: PdfFacts, asked: string): void {
  const found = outputIntents.find(({ names }) => names.includes(asked));
  if (found?.profileSpace !== undefined) return;
  throw mismatch(
    found === undefined
      ? `The PDF is not made for "${asked}".`
      : `The PDF names "${asked}" and doesn't hold its profile.`,
    { outputIntent: asked },
    { outputIntents },
  );
}

function checkSpotColours({ spotColours: got }: PdfFacts, asked: NonNullable<ExpectedPdf['spotColours']>): void {
  const names = asked === 'none' ? [] : asked.named;
  const missing = names.find((name) => !spotColourSpellings(name).some((spelling) => got.includes(spelling)));
  if (missing === undefined && (asked !== 'none' || got.length === 0)) return;
  throw mismatch(
    missing === undefined ? 'The PDF has spot colours.' : `The PDF has no spot colour "${missing}".`,
    { spotColours: asked },
    { spotColours: shortened(got) },
  );
}

const shortened = <Item>(items: readonly Item[]): readonly Item[] => items.slice(0, maxNamesInDetails);
