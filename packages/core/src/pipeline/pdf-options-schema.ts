import { z } from 'zod';
import type { PdfOptions, PdfProfile } from '../ports/pdf-options.ts';

const pointsPerMm = 72 / 25.4;
const maxLengthMm = 100;

const unit = z.enum(['mm', 'pt']).optional();
const length = z.number().min(0);
// It is written into XML, which knows neither control characters nor halves of surrogate pairs.
const text = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]*$/u, 'has a character that names do not have');
// Viewers cut longer ones off, and disagree about other characters.
const password = z.string().regex(/^[\u0020-\u007e]{1,32}$/, 'must be 1 to 32 characters of printable ASCII');

const inMm = (value: number, of: 'mm' | 'pt' | undefined): number => (of === 'pt' ? value / pointsPerMm : value);
// A length in points that was computed from 100 mm is not refused for its last digit.
const isShort = (value: number, of: 'mm' | 'pt' | undefined): boolean => inMm(value, of) <= maxLengthMm + 1e-6;
const tooLong = `must be at most ${maxLengthMm} mm`;

const bleedWidths = z
  .strictObject({ unit, top: length, right: length, bottom: length, left: length })
  .refine(
    (widths) => [widths.top, widths.right, widths.bottom, widths.left].every((width) => isShort(width, widths.unit)),
    tooLong,
  );

const marks = z
  .strictObject({
    crop: z.boolean().optional(),
    bleed: z.boolean().optional(),
    registration: z.boolean().optional(),
    colourBars: z.boolean().optional(),
    documentInfo: z.boolean().optional(),
    unit,
    length: length.gt(0).optional(),
    offset: length.optional(),
  })
  .refine(({ length: long = 0, offset = 0, unit: of }) => isShort(long, of) && isShort(offset, of), tooLong);

const encryption = z
  .strictObject({
    ownerPassword: password,
    userPassword: password.optional(),
    allow: z
      .array(z.enum(['print', 'change', 'copy', 'annotate']))
      .readonly()
      .optional(),
  })
  .refine(({ ownerPassword, userPassword }) => ownerPassword !== userPassword, 'the two passwords must differ')
  .refine(({ allow = [] }) => new Set(allow).size === allow.length, 'names a permission twice');

/** The profiles of a PDF. */
export const pdfProfileSchema = z.enum(['screen', 'print', 'pdf/x-1a', 'pdf/x-3', 'pdf/x-4']);

/** The options of a PDF, each by itself. */
export const pdfOptionsSchema = z.strictObject({
  pdfVersion: z.enum(['1.3', '1.4', '1.5', '1.6']).optional(),
  colour: z.enum(['screen', 'print', 'grey']).optional(),
  spotColours: z.enum(['keep', 'process']).optional(),
  resolutionDpi: z.int().min(35).max(4000).optional(),
  downsampleDpi: z.union([z.literal('none'), z.int().min(35).max(4000)]).optional(),
  compression: z.enum(['auto', 'jpeg', 'zip', 'none']).optional(),
  quality: z.enum(['maximum', 'high', 'medium', 'low', 'minimum']).optional(),
  bleed: z.union([z.enum(['none', 'document']), bleedWidths]).optional(),
  marks: marks.optional(),
  fonts: z.enum(['subset', 'full', 'outline']).optional(),
  bookmarks: z.boolean().optional(),
  thumbnails: z.boolean().optional(),
  layers: z.boolean().optional(),
  rotation: z.literal([0, 90, 180, 270]).optional(),
  mirror: z.enum(['none', 'horizontal', 'vertical', 'both']).optional(),
  encryption: z.union([z.literal('none'), encryption]).optional(),
  outputIntent: z.strictObject({ profile: text.optional(), info: text.optional() }).optional(),
});

/** Says what is wrong with options together, or with options under a profile. Scribus would take it without a word. */
export function findContradictions(profile: PdfProfile | undefined, options: PdfOptions): readonly string[] {
  const pdfx = profile?.startsWith('pdf/x') === true;
  return [
    ...(pdfx ? contradictionsWithPdfx(options) : []),
    ...(!pdfx && options.outputIntent ? ['outputIntent is for PDF/X only'] : []),
    ...contradictionsOfColour(profile, options),
    ...contradictionsOfImages(profile, options),
    ...contradictionsOfLayers(profile, options),
  ];
}

function contradictionsWithPdfx(options: PdfOptions): readonly string[] {
  const { pdfVersion, colour = 'print', fonts, mirror = 'none', encryption: protect = 'none' } = options;
  return [
    ...(pdfVersion === undefined ? [] : ['PDF/X has its own pdfVersion']),
    ...(colour === 'print' ? [] : ['PDF/X needs the colour print']),
    ...(fonts === 'outline' ? ["PDF/X has its fonts embedded: they can't be outlined"] : []),
    ...(mirror === 'none' ? [] : ["PDF/X can't be mirrored"]),
    ...(protect === 'none' ? [] : ["PDF/X can't be encrypted"]),
  ];
}

function contradictionsOfColour(profile: PdfProfile | undefined, options: PdfOptions): readonly string[] {
  const colour = options.colour ?? (profile === 'screen' ? 'screen' : 'print');
  return options.spotColours === 'keep' && colour !== 'print'
    ? ['spotColours can be kept with the colour print only']
    : [];
}

function contradictionsOfImages(profile: PdfProfile | undefined, options: PdfOptions): readonly string[] {
  const { downsampleDpi, resolutionDpi, compression, quality } = options;
  // Without a profile the resolution is the document's, which nobody knows yet.
  const resolution = resolutionDpi ?? (profile === 'screen' ? 150 : profile === undefined ? 4000 : 300);
  const downsample = downsampleDpi ?? (profile === 'screen' ? Math.min(150, resolution) : 'none');
  const lossless = compression === 'zip' || compression === 'none';
  return [
    ...(downsample !== 'none' && downsample > resolution ? ['downsampleDpi must be at most resolutionDpi'] : []),
    ...(lossless && quality !== undefined ? ['quality is for JPEG: it has no meaning with this compression'] : []),
  ];
}

function contradictionsOfLayers(
  profile: PdfProfile | undefined,
  { layers, pdfVersion }: PdfOptions,
): readonly string[] {
  const versionHasLayers =
    pdfVersion === undefined
      ? profile === 'screen' || profile === 'print' || profile === 'pdf/x-4'
      : pdfVersion >= '1.5';
  return layers === true && !versionHasLayers ? ['layers need pdfVersion 1.5 or 1.6, or PDF/X-4'] : [];
}
