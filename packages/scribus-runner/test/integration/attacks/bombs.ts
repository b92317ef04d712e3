import type { RenderLimits } from '@pubpipe/scribus-runner';
import type { Attack } from './attack.ts';
import { documentLinking, documentWithFrame } from './frames.ts';
import { postScript } from './ghostscript-images.ts';
import { magentaPng } from './strong-colour.ts';

/** A document that takes more than its share; it shows magenta when it has got it. */
export interface Bomb extends Pick<Attack, 'name' | 'make'> {
  /** What stands against it. */
  readonly limits: Partial<RenderLimits>;
  /** Whether it never ends by itself. */
  readonly endless?: true;
}

const MiB = 1024 * 1024;

const inPostScript = (program: string): Attack['make'] => {
  return () => ({ text: documentLinking('a.eps'), beside: { 'a.eps': postScript(program) } });
};

/** Documents that take memory, disk or time. */
export const bombs: readonly Bomb[] = [
  {
    name: 'takes memory by an image that is small only when packed',
    make: () => ({
      text: documentWithFrame('PFILE="large.png"').replaceAll(/LOCALSC([XY])="0.4"/g, 'LOCALSC$1="0.007"'),
      beside: { 'large.png': magentaPng(8500) },
    }),
    limits: { memoryBytes: 256 * MiB },
  },
  {
    name: 'fills the disk with one file',
    make: inPostScript(
      'null (w+) .tempfile /file exch def pop 1000 { file 65000 string writestring } repeat file closefile paint',
    ),
    limits: { outputBytes: 8 * MiB },
  },
  {
    name: 'fills the disk with many files',
    make: inPostScript('{ null (w+) .tempfile dup (x) writestring closefile pop } loop'),
    limits: { cpuSeconds: 1 },
    endless: true,
  },
  {
    name: 'computes for ever',
    make: inPostScript('{ } loop'),
    limits: { cpuSeconds: 1 },
    endless: true,
  },
];
