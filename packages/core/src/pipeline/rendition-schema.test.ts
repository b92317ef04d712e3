import { describe, expect, it } from 'vitest';
import { parseRenditions } from './parse-renditions.ts';

const mm100InPt = (100 / 25.4) * 72;
const pdf = (options: object, profile?: string): unknown => [{ kind: 'pdf', profile, options }];
const sides = (width: number, unit?: string) => ({ unit, top: width, right: 0, bottom: 0, left: 0 });
const protectedBy = (more: object) => pdf({ encryption: { ownerPassword: 'owner', ...more } });

/** The message of the refusal, or undefined. */
function refusalOf(renditions: unknown): string | undefined {
  try {
    parseRenditions(renditions);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    return (error as Error).message;
  }
}

describe('renditions', () => {
  it.each<readonly [string, unknown]>([
    ['a PDF without anything', [{ kind: 'pdf' }]],
    ['PNG as before', [{ kind: 'png', dpi: 18, pages: [1, 3] }]],
    ['the finest JPEG', [{ kind: 'jpeg', dpi: 1200 }]],
    ['PNG and JPEG under the same prefix', [{ kind: 'png' }, { kind: 'jpeg' }]],
    ['two PDFs', [{ kind: 'pdf' }, { kind: 'pdf', fileName: 'print/document.pdf' }]],
    ['two sets of images', [{ kind: 'png' }, { kind: 'png', prefix: 'small/' }, { kind: 'png', prefix: 'page-big-' }]],
    ['a PDF named like no page image', [{ kind: 'png' }, { kind: 'pdf', fileName: 'page-001.png' }]],
    ['twenty', Array.from({ length: 20 }, (_, index) => ({ kind: 'pdf', fileName: `${index}.pdf` }))],
  ])('take %s', (_, renditions) => {
    expect(parseRenditions(renditions)).toEqual(renditions);
  });

  it.each<readonly [string, unknown, RegExp]>([
    ['nothing', [], /at least|>=1/i],
    ['no list', 'pdf', /array/],
    ['more than twenty', Array.from({ length: 21 }, (_, at) => ({ kind: 'pdf', fileName: `${at}.pdf` })), /20/],
    ['another kind', [{ kind: 'docx' }], /renditions are not valid: 0\.kind/],
    ['a word that is not known', [{ kind: 'pdf', profil: 'print' }], /profil/],
    ['another profile', [{ kind: 'pdf', profile: 'pdf/x-5' }], /0\.profile/],
    ['a PDF outside', [{ kind: 'pdf', fileName: '../x.pdf' }], /0\.fileName/],
    ['a dpi of 17', [{ kind: 'png', dpi: 17 }], /0\.dpi/],
    ['a dpi of 1201', [{ kind: 'jpeg', dpi: 1201 }], /0\.dpi/],
    ['half a dpi', [{ kind: 'png', dpi: 72.5 }], /0\.dpi/],
    ['a quality, which Scribus ignores', [{ kind: 'jpeg', quality: 90 }], /quality/],
    ['pages of a PDF that do not ascend', [{ kind: 'pdf', pages: [2, 2] }], /0\.pages: must ascend/],
    ['no pages of a PDF', [{ kind: 'pdf', pages: [] }], /0\.pages/],
    ['page 0', [{ kind: 'jpeg', pages: [0] }], /0\.pages/],
    ['an empty prefix', [{ kind: 'png', prefix: '' }], /0\.prefix/],
    ['a prefix with a digit at its end', [{ kind: 'png', prefix: 'page-1' }], /0\.prefix: .*digit/],
    ['a prefix outside', [{ kind: 'png', prefix: '../' }], /0\.prefix: .*"\.\."/],
    ['a prefix from the root', [{ kind: 'png', prefix: '/tmp/' }], /0\.prefix/],
    ['a prefix that is too long', [{ kind: 'png', prefix: 'x'.repeat(250) }], /0\.prefix/],
    ['two PDFs of the same name', [{ kind: 'pdf' }, { kind: 'pdf', profile: 'print' }], /same name: document\.pdf/],
    [
      'two sets of the same prefix',
      [
        { kind: 'png', pages: [1] },
        { kind: 'png', pages: [2] },
      ],
      /same name: page-0001\.png/,
    ],
    ['a PDF named like a page image', [{ kind: 'pdf', fileName: 'page-0007.png' }, { kind: 'png' }], /same name/],
    [
      'a PDF in a folder that is a page image',
      [{ kind: 'png' }, { kind: 'pdf', fileName: 'page-0001.png/x.pdf' }],
      /same name/,
    ],
    ['images in a folder that is a PDF', [{ kind: 'pdf' }, { kind: 'png', prefix: 'document.pdf/' }], /same name/],
    [
      'images in a folder that is an image',
      [{ kind: 'png' }, { kind: 'jpeg', prefix: 'page-0001.png/x' }],
      /same name/,
    ],
  ])('refuse %s', (_, renditions, message) => {
    expect(refusalOf(renditions)).toMatch(message);
  });
});

describe('options of a PDF', () => {
  it.each<readonly [string, unknown]>([
    [
      'all that a screen needs',
      pdf({ colour: 'screen', resolutionDpi: 35, downsampleDpi: 35, layers: true }, 'screen'),
    ],
    ['the finest resolution', pdf({ resolutionDpi: 4000, downsampleDpi: 4000 })],
    ['a bleed of 100 mm', pdf({ bleed: sides(100) })],
    ['a bleed of 100 mm in points', pdf({ bleed: sides(mm100InPt, 'pt') })],
    ['no bleed', pdf({ bleed: 'none' })],
    ['marks of 100 mm', pdf({ marks: { crop: true, length: 100, offset: 100 } })],
    ['no marks', pdf({ marks: {} })],
    ['both passwords', protectedBy({ userPassword: 'x'.repeat(32), allow: ['print', 'copy'] })],
    ['no encryption of a PDF/X', pdf({ encryption: 'none', mirror: 'none', colour: 'print' }, 'pdf/x-1a')],
    ['layers of a PDF/X-4', pdf({ layers: true, spotColours: 'process' }, 'pdf/x-4')],
    ['layers of a version that has them', pdf({ layers: true, pdfVersion: '1.5' })],
    [
      'an output intent',
      pdf({ outputIntent: { profile: 'PSO Uncoated ISO12647 (ECI) “ä”', info: 'x'.repeat(200) } }, 'pdf/x-3'),
    ],
    ['quality of JPEG', pdf({ compression: 'jpeg', quality: 'minimum' })],
    ['a quarter turn', pdf({ rotation: 90 }, 'pdf/x-4')],
  ])('may be %s', (_, renditions) => {
    expect(parseRenditions(renditions)).toEqual(renditions);
  });

  it.each<readonly [string, unknown, RegExp]>([
    ['version 1.7', pdf({ pdfVersion: '1.7' }), /pdfVersion/],
    ['the number of a version', pdf({ pdfVersion: 1.4 }), /pdfVersion/],
    ['another colour', pdf({ colour: 'cmyk' }), /colour/],
    ['a resolution of 34', pdf({ resolutionDpi: 34 }), /resolutionDpi/],
    ['a resolution of 4001', pdf({ resolutionDpi: 4001 }), /resolutionDpi/],
    ['downsampling to 34', pdf({ downsampleDpi: 34 }), /downsampleDpi/],
    ['downsampling above the resolution', pdf({ resolutionDpi: 100, downsampleDpi: 101 }), /at most resolutionDpi/],
    ["downsampling above the profile's resolution", pdf({ downsampleDpi: 301 }, 'print'), /at most resolutionDpi/],
    ['quality 5', pdf({ quality: 5 }), /quality/],
    ['quality without JPEG', pdf({ compression: 'zip', quality: 'high' }), /quality/],
    ['a negative bleed', pdf({ bleed: sides(-1) }), /bleed/],
    ['a bleed above 100 mm', pdf({ bleed: sides(100.1) }), /bleed/],
    ['a bleed above 100 mm in points', pdf({ bleed: sides(mm100InPt + 1, 'pt') }), /bleed/],
    ['an endless bleed', pdf({ bleed: sides(Number.POSITIVE_INFINITY) }), /bleed/],
    ['a bleed of one side', pdf({ bleed: { top: 3 } }), /bleed/],
    ['marks without length', pdf({ marks: { crop: true, length: 0 } }), /marks/],
    ['marks above 100 mm', pdf({ marks: { length: 101 } }), /marks/],
    ['marks too far away', pdf({ marks: { offset: 300, unit: 'pt' } }), /marks/],
    ['marks too near', pdf({ marks: { offset: -1 } }), /marks/],
    ['fonts that are not in it', pdf({ fonts: 'none' }), /fonts/],
    ['an eighth of a turn', pdf({ rotation: 45 }), /rotation/],
    ['encryption without a password', pdf({ encryption: {} }), /encryption/],
    ['an empty password', protectedBy({ userPassword: '' }), /encryption/],
    ['a password of 33 characters', protectedBy({ userPassword: 'x'.repeat(33) }), /encryption/],
    ['a password with an umlaut', protectedBy({ userPassword: 'öffne' }), /encryption/],
    ['the same password twice', protectedBy({ userPassword: 'owner' }), /encryption/],
    ['a permission twice', protectedBy({ allow: ['print', 'print'] }), /encryption/],
    ['another permission', protectedBy({ allow: ['sign'] }), /encryption/],
    ['layers of an unknown version', pdf({ layers: true }), /layers/],
    ['layers of version 1.4', pdf({ layers: true, pdfVersion: '1.4' }, 'print'), /layers/],
    ['layers of a PDF/X-3', pdf({ layers: true }, 'pdf/x-3'), /layers/],
    ['spot colours on a screen', pdf({ spotColours: 'keep' }, 'screen'), /spotColours/],
    ['spot colours in grey', pdf({ spotColours: 'keep', colour: 'grey' }), /spotColours/],
    ['an output intent without PDF/X', pdf({ outputIntent: { info: 'x' } }, 'print'), /outputIntent/],
    ['an output intent without a name', pdf({ outputIntent: { profile: '' } }, 'pdf/x-3'), /outputIntent/],
    ['an output intent with a line feed', pdf({ outputIntent: { info: 'a\nb' } }, 'pdf/x-3'), /outputIntent/],
    ['half a character in an output intent', pdf({ outputIntent: { info: 'a\ud800' } }, 'pdf/x-3'), /outputIntent/],
    ['too much information', pdf({ outputIntent: { info: 'x'.repeat(201) } }, 'pdf/x-3'), /outputIntent/],
    ...(['pdf/x-1a', 'pdf/x-3', 'pdf/x-4'] as const).flatMap(
      (profile): readonly (readonly [string, unknown, RegExp])[] => [
        [`${profile} with a version`, pdf({ pdfVersion: '1.4' }, profile), /own pdfVersion/],
        [`${profile} in RGB`, pdf({ colour: 'screen' }, profile), /colour print/],
        [`${profile} in grey`, pdf({ colour: 'grey' }, profile), /colour print/],
        [`${profile} with outlined fonts`, pdf({ fonts: 'outline' }, profile), /outlined/],
        [`${profile} mirrored`, pdf({ mirror: 'both' }, profile), /mirrored/],
        [`${profile} encrypted`, pdf({ encryption: { ownerPassword: 'x' } }, profile), /encrypted/],
      ],
    ),
  ])('may not be %s', (_, renditions, message) => {
    expect(refusalOf(renditions)).toMatch(message);
  });
});
