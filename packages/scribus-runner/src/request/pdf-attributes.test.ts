import type { PdfOptions, PdfProfile } from '@pubpipe/core/driver';
import { describe, expect, it } from 'vitest';
import { toPdfAttributes } from './pdf-attributes.ts';
import { toPdfSettings } from './pdf-settings.ts';

const attributesOf = (profile: PdfProfile | undefined, options?: PdfOptions) =>
  toPdfAttributes(toPdfSettings(profile, options));

describe('the attributes of a PDF', () => {
  it("are the document's own where nothing is asked", () => {
    expect(attributesOf(undefined)).toEqual({});
    expect(attributesOf(undefined, { bleed: undefined })).toEqual({});
  });

  it.each<readonly [PdfProfile, object]>([
    ['screen', { version: 15, outdst: 0, usespot: 0, resolution: 150, downsample: 150, quality: 1, bookmarks: 1 }],
    ['print', { version: 16, outdst: 1, usespot: 1, resolution: 300, downsample: 0, quality: 0, profilei: 0 }],
    ['pdf/x-1a', { version: 11, outdst: 1, usespot: 1, isGrayscale: 0, encrypt: 0, profilei: 0, embedPDF: 0 }],
    ['pdf/x-3', { version: 12, outdst: 1, useDocBleeds: 1, mirrorH: 0, fontEmbedding: 0, presentation: 0 }],
    ['pdf/x-4', { version: 10, outdst: 1, cropMarks: 0, useLayers: 0, thumbnails: 0, openAction: '' }],
  ])('of the profile %s do not depend on the document', (profile, attributes) => {
    expect(attributesOf(profile)).toMatchObject(attributes);
  });

  it.each<readonly [PdfOptions, object]>([
    [{ pdfVersion: '1.3' }, { version: 13 }],
    [{ pdfVersion: '1.6' }, { version: 16 }],
    [{ colour: 'screen' }, { outdst: 0, isGrayscale: 0 }],
    [{ colour: 'print' }, { outdst: 1, isGrayscale: 0 }],
    [{ colour: 'grey' }, { outdst: 1, isGrayscale: 1 }],
    [{ spotColours: 'process' }, { usespot: 0 }],
    [{ resolutionDpi: 600 }, { resolution: 600 }],
    [{ downsampleDpi: 'none' }, { downsample: 0 }],
    [{ downsampleDpi: 72 }, { downsample: 72 }],
    [{ compression: 'none' }, { compress: 1, compressmtd: 3 }],
    [{ compression: 'zip' }, { compress: 1, compressmtd: 2 }],
    [{ quality: 'minimum' }, { quality: 4 }],
    [{ bleed: 'document' }, { useDocBleeds: 1 }],
    [{ bleed: 'none' }, { useDocBleeds: 0, bleedt: 0, bleedr: 0, bleedb: 0, bleedl: 0 }],
    [
      { bleed: { unit: 'pt', top: 1, right: 2, bottom: 3, left: 4 } },
      { useDocBleeds: 0, bleedt: 1, bleedr: 2, bleedb: 3, bleedl: 4 },
    ],
    [
      { marks: {} },
      {
        cropMarks: 0,
        bleedMarks: 0,
        registrationMarks: 0,
        colorMarks: 0,
        docInfoMarks: 0,
        markLength: 20,
        markOffset: 0,
      },
    ],
    [
      { marks: { crop: true, documentInfo: true, colourBars: true, unit: 'pt', length: 9, offset: 3 } },
      {
        cropMarks: 1,
        bleedMarks: 0,
        registrationMarks: 0,
        colorMarks: 1,
        docInfoMarks: 1,
        markLength: 9,
        markOffset: 3,
      },
    ],
    [{ fonts: 'subset' }, { fontEmbedding: 0 }],
    [{ fonts: 'outline' }, { fontEmbedding: 1 }],
    [
      { bookmarks: true, thumbnails: true, layers: false },
      { bookmarks: 1, thumbnails: 1, useLayers: 0 },
    ],
    [
      { rotation: 270, mirror: 'vertical' },
      { rotateDeg: 270, mirrorH: 0, mirrorV: 1 },
    ],
    [{ mirror: 'both' }, { mirrorH: 1, mirrorV: 1 }],
    [{ encryption: 'none' }, { encrypt: 0 }],
    [
      { encryption: { ownerPassword: 'o', allow: ['copy'] } },
      {
        encrypt: 1,
        owner: 'o',
        user: '',
        allowPrinting: 0,
        allowChange: 0,
        allowCopy: 1,
        allowAnnots: 0,
      },
    ],
  ])('of %j', (options, attributes) => {
    expect(attributesOf(undefined, options)).toEqual(attributes);
  });

  it('are in points where the request is in millimetres', () => {
    const bleed = { top: 25.4, right: 0, bottom: 12.7, left: 3 };

    const attributes = attributesOf('print', { bleed, marks: { crop: true, length: 5 } });

    expect(attributes).toMatchObject({ bleedt: 72, bleedb: 36 });
    expect(attributes['bleedl']).toBeCloseTo(8.504, 3);
    expect(attributes['markLength']).toBeCloseTo(14.173, 3);
  });

  it('follow the options, and what they mean for settings of the profile', () => {
    expect(attributesOf('screen', { resolutionDpi: 100 })).toMatchObject({ resolution: 100, downsample: 100 });
    expect(attributesOf('screen', { colour: 'print', spotColours: 'keep' })).toMatchObject({ outdst: 1, usespot: 1 });
    expect(attributesOf('print', { colour: 'grey' })).toMatchObject({ isGrayscale: 1, usespot: 0 });
    expect(attributesOf('print', { bleed: undefined })).toMatchObject({ useDocBleeds: 1 });
  });

  it('name the resolution before the downsampling, which Scribus compares to it', () => {
    const names = Object.keys(attributesOf(undefined, { downsampleDpi: 500, resolutionDpi: 600 }));

    expect(names).toEqual(['resolution', 'downsample']);
  });
});
