import { fileURLToPath } from 'node:url';
import type { RenderControls } from '@pubpipe/core';
import type { ScribusRendererOptions } from '@pubpipe/scribus-runner';
import { documentOf, documents, threePagesWith } from '../fixtures/documents.ts';
import { openRendererForTest, type RendererUnderTest } from './open-renderer.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/taken-over/${name}`, import.meta.url));

const text = String(documents.sound.files[0]?.content);

/** A renderer whose documents take their process over. */
export interface TakenOverRenderer extends RendererUnderTest {
  /** Renders a document that brings a program in Python, which runs in place of opening it. */
  readonly attack: (program: string, controls?: RenderControls) => Promise<RenderedByAttack>;
  /** The same, of a document for which Ghostscript is granted. */
  readonly attackWithGhostscript: (program: string) => Promise<RenderedByAttack>;
}

type RenderedByAttack = Awaited<ReturnType<RendererUnderTest['render']>>;

/** Ways in which a job gets its process. */
export const ways = [
  { way: 'warm', options: { mode: 'warm' }, words: [] },
  { way: 'cold', options: { mode: 'cold' }, words: [] },
  { way: 'under bubblewrap', options: { mode: 'warm', sandbox: 'required' }, words: ['without-landlock'] },
] as const satisfies readonly Way[];

/** One of {@link ways}. */
export interface Way {
  readonly way: string;
  readonly options: ScribusRendererOptions;
  /** For the program that stands in for Scribus. */
  readonly words: readonly string[];
}

/** Opens a renderer that is closed when the running test ends. */
export async function openTakenOverRenderer({ options, words }: Way): Promise<TakenOverRenderer> {
  const opened = await openRendererForTest({
    ...options,
    scribus: ['python3', fixture('start.py'), ...words],
    // Every process may read these, and so the program and its modules.
    fontDirectories: [fixture('')],
  });
  const attack = (document: string, beside: Readonly<Record<string, string>>, controls?: RenderControls) =>
    opened.render(documentOf(document, beside), { renditions: [{ kind: 'png' }] }, controls);
  const withEps = threePagesWith('PFILE="red.png"', 'PFILE="a.eps"');
  return {
    ...opened,
    attack: (program, controls) => attack(text, { 'attack.py': program }, controls),
    attackWithGhostscript: (program) => attack(withEps, { 'attack.py': program, 'a.eps': '%!PS-Adobe-3.0 EPSF-3.0\n' }),
  };
}
