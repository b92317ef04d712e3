import { threePagesWith } from '../../fixtures/documents.ts';

const frame = /<PAGEOBJECT [^>]*ANNAME="logo"[^>]*\/>/;
const found = frame.exec(threePagesWith('ANNAME="logo"', 'ANNAME="logo" '))?.[0];
if (found === undefined) throw new Error('The fixture has no frame with an image.');

/** The element of the sound document that shows an image; it links none. */
export const imageFrame: string = found
  .replace(/ PFILE="[^"]*"/, '')
  .replace(/LOCALSC([XY])="[^"]*"/g, 'LOCALSC$1="0.4"');

/** The sound document, with this in place of its image. */
export const documentWith = (elements: string): string => threePagesWith(frame, elements.replaceAll('$', '$$$$'));

/** The sound document, with a frame that has these attributes. */
export const documentWithFrame = (attributes: string, type = 2): string =>
  documentWith(imageFrame.replace('PTYPE="2"', `PTYPE="${type}" ${attributes}`));

/** The sound document, with an image. */
export const documentLinking = (path: string): string => documentWithFrame(`PFILE="${path}"`);
