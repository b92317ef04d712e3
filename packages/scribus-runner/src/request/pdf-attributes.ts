import type {
  BleedWidths,
  LengthUnit,
  PdfEncryption,
  PdfOptions,
  PdfProfile,
  PrinterMarks,
} from '@pubpipe/core/driver';
import { isPdfx, type PdfSettings } from './pdf-settings.ts';

/** Attributes of Scribus' `PDFfile` object, by their names there. Lengths are in points. */
export type PdfAttributes = Readonly<Record<string, number | string>>;

const pointsPerMm = 72 / 25.4;
const defaultMarkLengthPt = 20;

/** Scribus' numbers of versions. */
export const versionNumbers = { '1.3': 13, '1.4': 14, '1.5': 15, '1.6': 16 } as const;
/** Scribus' numbers of PDF/X. */
export const pdfxNumbers = { 'pdf/x-4': 10, 'pdf/x-1a': 11, 'pdf/x-3': 12 } as const;

const compressions = { auto: 0, jpeg: 1, zip: 2, none: 3 } as const;
const qualities = { maximum: 0, high: 1, medium: 2, low: 3, minimum: 4 } as const;
const colours = {
  screen: { outdst: 0, isGrayscale: 0 },
  print: { outdst: 1, isGrayscale: 0 },
  // With the screen as target, images would stay coloured.
  grey: { outdst: 1, isGrayscale: 1 },
} as const;
const fontModes = { subset: 0, full: 0, outline: 1 } as const;
const mirrors = {
  none: { mirrorH: 0, mirrorV: 0 },
  horizontal: { mirrorH: 1, mirrorV: 0 },
  vertical: { mirrorH: 0, mirrorV: 1 },
  both: { mirrorH: 1, mirrorV: 1 },
} as const;

/** Says in Scribus' words what is asked. Attributes that are missing stay the document's. */
export function toPdfAttributes(settings: PdfSettings): PdfAttributes {
  const { colour, bleed, marks, fonts, mirror, encryption } = settings;
  return {
    ...attributesOfProfile(settings.profile),
    ...attributesOfVersion(settings),
    ...(colour && colours[colour]),
    ...attributesOfImages(settings),
    ...attributesOfSwitches(settings),
    ...(bleed && attributesOfBleed(bleed)),
    ...(marks && attributesOfMarks(marks)),
    ...(fonts && { fontEmbedding: fontModes[fonts] }),
    ...(mirror && mirrors[mirror]),
    ...(encryption && attributesOfEncryption(encryption)),
  };
}

/** What no option names, and a document's last export may have left switched on. */
function attributesOfProfile(profile: PdfProfile | undefined): PdfAttributes {
  if (profile === undefined) return {};
  return {
    doClip: 0,
    domulti: 0,
    uselpi: 0,
    presentation: 0,
    article: 0,
    openAction: '',
    // Otherwise images would stay RGB, with a profile, in a document with colour management.
    ...((profile === 'print' || profile === 'pdf/x-1a') && { profiles: 0, profilei: 0 }),
    // The colours and the transparency of an embedded PDF are its own.
    ...(isPdfx(profile) && { embedPDF: 0 }),
  };
}

function attributesOfVersion({ profile, pdfVersion }: PdfSettings): PdfAttributes {
  if (profile === 'pdf/x-1a' || profile === 'pdf/x-3' || profile === 'pdf/x-4')
    return { version: pdfxNumbers[profile] };
  return pdfVersion === undefined ? {} : { version: versionNumbers[pdfVersion] };
}

/** The resolution comes first: Scribus compares the downsampling to it. */
function attributesOfImages({ resolutionDpi, downsampleDpi, compression, quality }: PdfOptions): PdfAttributes {
  return {
    ...(resolutionDpi !== undefined && { resolution: resolutionDpi }),
    ...(downsampleDpi !== undefined && { downsample: downsampleDpi === 'none' ? 0 : downsampleDpi }),
    ...(compression && { compress: 1, compressmtd: compressions[compression] }),
    ...(quality && { quality: qualities[quality] }),
  };
}

function attributesOfSwitches({ spotColours, bookmarks, thumbnails, layers, rotation }: PdfOptions): PdfAttributes {
  return {
    ...(spotColours && { usespot: spotColours === 'keep' ? 1 : 0 }),
    ...(bookmarks !== undefined && { bookmarks: Number(bookmarks) }),
    ...(thumbnails !== undefined && { thumbnails: Number(thumbnails) }),
    ...(layers !== undefined && { useLayers: Number(layers) }),
    ...(rotation !== undefined && { rotateDeg: rotation }),
  };
}

function attributesOfBleed(bleed: 'none' | 'document' | BleedWidths): PdfAttributes {
  if (bleed === 'document') return { useDocBleeds: 1 };
  if (bleed === 'none') return { useDocBleeds: 0, bleedt: 0, bleedr: 0, bleedb: 0, bleedl: 0 };
  const { unit, top, right, bottom, left } = bleed;
  return {
    useDocBleeds: 0,
    bleedt: toPoints(top, unit),
    bleedr: toPoints(right, unit),
    bleedb: toPoints(bottom, unit),
    bleedl: toPoints(left, unit),
  };
}

function attributesOfMarks({ unit, length, offset = 0, ...which }: PrinterMarks): PdfAttributes {
  return {
    cropMarks: Number(which.crop ?? false),
    bleedMarks: Number(which.bleed ?? false),
    registrationMarks: Number(which.registration ?? false),
    colorMarks: Number(which.colourBars ?? false),
    docInfoMarks: Number(which.documentInfo ?? false),
    markLength: length === undefined ? defaultMarkLengthPt : toPoints(length, unit),
    markOffset: toPoints(offset, unit),
  };
}

function attributesOfEncryption(encryption: 'none' | PdfEncryption): PdfAttributes {
  if (encryption === 'none') return { encrypt: 0 };
  const { ownerPassword, userPassword = '', allow = [] } = encryption;
  return {
    encrypt: 1,
    owner: ownerPassword,
    user: userPassword,
    allowPrinting: Number(allow.includes('print')),
    allowChange: Number(allow.includes('change')),
    allowCopy: Number(allow.includes('copy')),
    allowAnnots: Number(allow.includes('annotate')),
  };
}

const toPoints = (length: number, unit: LengthUnit = 'mm'): number => (unit === 'mm' ? length * pointsPerMm : length);
