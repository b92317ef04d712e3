import type { Attack } from './attack.ts';
import { documentsAsXml } from './documents-as-xml.ts';
import { ghostscriptImages } from './ghostscript-images.ts';
import { linkedPictures } from './linked-pictures.ts';
import { renderFrames } from './render-frames.ts';
import { scenes } from './scenes.ts';

/** Every attack there is, but for those on what a render may take: see bombs.ts. */
export const attacks: readonly Attack[] = [
  ...renderFrames,
  ...scenes,
  ...linkedPictures,
  ...ghostscriptImages,
  ...documentsAsXml,
];
