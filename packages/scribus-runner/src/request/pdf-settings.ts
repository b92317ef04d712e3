import type { PdfOptions, PdfProfile } from '@pubpipe/core/driver';

/** Settings of a PDF: those of its profile and the single ones that change it. What is missing is the document's. */
export type PdfSettings = PdfOptions & { readonly profile: PdfProfile | undefined };

const everyProfile = {
  compression: 'auto',
  marks: {},
  fonts: 'subset',
  thumbnails: false,
  layers: false,
  rotation: 0,
  mirror: 'none',
  encryption: 'none',
} as const satisfies PdfOptions;

const screen = {
  ...everyProfile,
  pdfVersion: '1.5',
  colour: 'screen',
  spotColours: 'process',
  resolutionDpi: 150,
  downsampleDpi: 150,
  quality: 'high',
  bleed: 'none',
  bookmarks: true,
} as const satisfies PdfOptions;

const press = {
  ...everyProfile,
  colour: 'print',
  spotColours: 'keep',
  resolutionDpi: 300,
  downsampleDpi: 'none',
  quality: 'maximum',
  bleed: 'document',
  bookmarks: false,
} as const satisfies PdfOptions;

const settingsOf: Readonly<Record<PdfProfile, PdfOptions>> = {
  screen,
  print: { ...press, pdfVersion: '1.6' },
  'pdf/x-1a': press,
  'pdf/x-3': press,
  'pdf/x-4': press,
};

/** Whether a profile is one of PDF/X. */
export const isPdfx = (profile: PdfProfile | undefined): boolean => profile?.startsWith('pdf/x') === true;

/** Lays the options of a request over the settings of its profile. */
export function toPdfSettings(profile: PdfProfile | undefined, options: PdfOptions = {}): PdfSettings {
  const given: PdfOptions = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings = { ...(profile && settingsOf[profile]), ...given };
  return Object.freeze({ ...settings, ...consequences(settings, given), profile });
}

/** What a single setting means for those that the profile, and not the request, has set. */
function consequences(settings: PdfOptions, given: PdfOptions): PdfOptions {
  const { downsampleDpi, resolutionDpi } = settings;
  const belowDownsampling = typeof downsampleDpi === 'number' && downsampleDpi > (resolutionDpi ?? downsampleDpi);
  return {
    ...(belowDownsampling && given.downsampleDpi === undefined && { downsampleDpi: resolutionDpi }),
    // Inks of their own exist on a press only.
    ...(settings.colour !== 'print' && settings.spotColours === 'keep' && given.colour && { spotColours: 'process' }),
  };
}
