import { dirname } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Aim, Attack } from './attack.ts';
import { documentLinking, documentWithFrame } from './frames.ts';

const boundingBox = '%%BoundingBox: 0 0 150 150\n';

/** A program in PostScript that paints magenta when it has done what it wants. */
export const postScript = (program: string, comments = boundingBox): string =>
  `%!PS-Adobe-3.0 EPSF-3.0\n${comments}%%EndComments\n/paint { 1 0 1 setrgbcolor 0 0 150 150 rectfill } def\n${program}\nshowpage\n%%EOF\n`;

const succeeding = (what: string) => `{ ${what} } stopped { clear } { clear paint } ifelse`;
const reading = ({ target }: Aim) => postScript(succeeding(`(${target.secret}) (r) file 1 string readstring pop pop`));
const writing = ({ target }: Aim) =>
  postScript(succeeding(`(${target.marker}) (w) file dup (x) writestring closefile`));

const programOf = (name: string, file: string, make: (aim: Aim) => string, harm: Attack['harm']): Attack => ({
  name,
  make: (aim) => ({ text: documentLinking(file), beside: { [file]: make(aim) } }),
  screening: 'what a program in PostScript does is seen only when it runs',
  harm,
});

const programs: readonly Attack[] = [
  programOf('reads a file in PostScript', 'a.eps', reading, 'pictured'),
  programOf('writes a file in PostScript', 'a.eps', writing, 'written'),
  programOf(
    'writes a file in PostScript without a bounding box',
    'a.eps',
    (aim) => writing(aim).replace(boundingBox, ''),
    { unseen: 'Scribus leaves out an EPS without a bounding box' },
  ),
  programOf('reads a file in PostScript that is named PDF', 'a.pdf', reading, 'pictured'),
  programOf('writes a file in PostScript that is named PS', 'a.ps', writing, 'written'),
  programOf('reads a file in PostScript without an ending', 'a', reading, 'pictured'),
  programOf('writes a file in PostScript of an unknown ending', 'a.xyz', writing, 'written'),
  programOf(
    'lists a directory in PostScript',
    'a.eps',
    ({ target }) => postScript(`(${dirname(target.secret)}/*) { pop paint } 256 string filenameforall`),
    'pictured',
  ),
  programOf(
    'starts a program in PostScript',
    'a.eps',
    ({ target }) => postScript(succeeding(`(%pipe%: > ${target.marker}) (w) file closefile`)),
    'written',
  ),
  programOf(
    'has its page written elsewhere in PostScript',
    'a.eps',
    ({ target }) => postScript(`{ << /OutputFile (${target.marker}) >> setpagedevice showpage } stopped clear`),
    'written',
  ),
  programOf(
    'removes a file in PostScript',
    'a.eps',
    ({ target }) => postScript(`{ (${target.secret}) deletefile } stopped clear`),
    'written',
  ),
  programOf(
    'moves a file in PostScript',
    'a.eps',
    ({ target }) => postScript(`{ (${target.secret}) (${target.marker}) renamefile } stopped clear`),
    'written',
  ),
];

/** An EPS whose colours lie in files of their own (DCS): Scribus hands each to Ghostscript. */
const platesIn = (comment: (file: string) => string) => (aim: Aim) =>
  postScript('', `${boundingBox}${comment(aim.climb(aim.target.secretEps))}\n`);

const plates: readonly Attack[] = [
  { name: 'of DCS 1', eps: platesIn((file) => `%%MagentaPlate: ${file}`) },
  { name: 'of DCS 2', eps: platesIn((file) => `%%PlateFile: (Magenta) EPS Local ${file}`) },
  {
    name: 'after the picture of a preview',
    // https://www.adobe.com/content/dam/acc/adobe-products/pdfs/5002.EPSF_Spec.pdf, section 5.2: where the program begins.
    eps: (aim: Aim) => {
      const program = platesIn((file) => `%%MagentaPlate: ${file}`)(aim);
      const header = Buffer.alloc(30);
      header.set([0xc5, 0xd0, 0xd3, 0xc6]);
      header.writeUInt32LE(header.length, 4);
      header.writeUInt32LE(program.length, 8);
      header.writeUInt16LE(0xffff, 28);
      return Buffer.concat([header, Buffer.from(program)]);
    },
  },
].map(({ name, eps }) => ({
  name: `shows a picture of somebody else as a plate ${name}`,
  make: (aim) => ({ text: documentLinking('a.eps'), beside: { 'a.eps': eps(aim) } }),
  screening: { reason: 'plate-outside', element: 'PAGEOBJECT', at: 'ANNAME="logo"' },
  harm: 'pictured',
}));

const embeddedPlate: Attack = {
  name: 'shows a picture of somebody else as a plate of an embedded image',
  make: ({ target, climbFromTmpdir }) => {
    const program = postScript('', `${boundingBox}%%MagentaPlate: ${climbFromTmpdir(target.secretEps)}\n`);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(program.length);
    const data = Buffer.concat([length, deflateSync(program)]).toString('base64');
    return { text: documentWithFrame(`isInlineImage="1" inlineImageExt="eps" ImageData="${data}"`) };
  },
  screening: { reason: 'plate-outside', element: 'PAGEOBJECT', at: 'ANNAME="logo"' },
  harm: 'pictured',
};

/** Images that Ghostscript reads: programs. */
export const ghostscriptImages: readonly Attack[] = [...programs, ...plates, embeddedPlate];
