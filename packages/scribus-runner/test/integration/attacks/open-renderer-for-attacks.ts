import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { type AssetName, parseAssetName, type Renderer } from '@pubpipe/core';
import type { ScribusRendererOptions } from '@pubpipe/scribus-runner';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { openRenderer, type RendererUnderTest } from '../open-renderer.ts';
import type { Attack, AttackingDocument } from './attack.ts';
import { type AttackTarget, openAttackTarget, type Trace } from './attack-target.ts';

// A Scribus 1.6 may have to be set up first.
const openingTimeoutMs = 700_000;

/** How a render of an attacking document has ended. */
interface Outcome {
  readonly document: AttackingDocument;
  /** What it was rejected with. */
  readonly error: unknown;
  readonly traces: readonly Trace[];
}

/** Where a document lies, and where to what is made of it goes. */
interface AttackPlace {
  readonly inputDirectory: string;
  readonly outputDirectory: string;
  readonly document: AssetName;
}

/** A way in which documents come to a renderer. */
export interface Way {
  /** Changes a document so that it can go this way. */
  readonly change: (document: AttackingDocument) => AttackingDocument;
  /** Tells the path of each file that is made. Rejects as the renderer does. */
  readonly render: (renderer: Renderer, place: AttackPlace, onOutput: (path: string) => void) => Promise<void>;
}

/** A renderer that is attacked. */
export interface RendererForAttacks {
  readonly renderer: () => RendererUnderTest;
  /** Renders what an attack makes, as it is or in another way. */
  readonly run: (attack: Pick<Attack, 'make'>, way?: Way) => Promise<Outcome>;
  readonly expectNothingLeft: () => Promise<void>;
}

/** A renderer that serves the tests of a `describe`. */
export function openRendererForAttacks(
  options: ScribusRendererOptions,
  scribus: () => Promise<readonly string[]>,
): RendererForAttacks {
  let opened: RendererUnderTest;
  let target: AttackTarget;
  const path = process.env['PATH'];
  beforeAll(async () => {
    target = await openAttackTarget();
    process.env['PATH'] = `${target.programs}:${path}`;
    // Ghostscript keeps its programs from other files by itself: here it doesn't, so that it is seen what else does.
    const command = ['env', 'GS_OPTIONS=--permit-file-all=*', ...(await scribus())];
    opened = await openRenderer({ slots: 1, scribus: command, ...options });
  }, openingTimeoutMs);
  afterAll(async () => {
    process.env['PATH'] = path;
    try {
      await opened.close();
    } finally {
      await target.close();
    }
  });
  return {
    renderer: () => opened,
    run: (attack, way = asDocument) => attackWith(attack, { opened, target, way }),
    async expectNothingLeft() {
      expect(await opened.processes()).toEqual([]);
      expect(await opened.temporaryFiles()).toEqual([]);
    },
  };
}

async function attackWith(
  attack: Pick<Attack, 'make'>,
  { opened, target, way }: { readonly opened: RendererUnderTest; readonly target: AttackTarget; readonly way: Way },
): Promise<Outcome> {
  const scratch = await opened.scratchSpace.open();
  onTestFinished(() => scratch.close());
  const { inputDirectory, outputDirectory } = scratch;
  await target.reset();
  const tmpdir = join(opened.temporaryDirectory, 'workspace', 'tmp');
  const document = way.change(
    attack.make({
      target,
      inputDirectory,
      climb: (path) => relative(inputDirectory, path),
      climbFromTmpdir: (path) => relative(tmpdir, path),
    }),
  );
  const { name = 'document.sla', text, beside = {}, links = {} } = document;
  for (const [file, content] of Object.entries({ ...beside, [name]: text })) {
    await mkdir(dirname(join(inputDirectory, file)), { recursive: true });
    await writeFile(join(inputDirectory, file), content);
  }
  for (const [link, to] of Object.entries(links)) await symlink(to, join(inputDirectory, link));
  const outputs: string[] = [];
  const place = { inputDirectory, outputDirectory, document: parseAssetName(name) };
  const error: unknown = await way
    .render(opened.renderer, place, (path) => outputs.push(path))
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  return { document, error, traces: await target.traces(outputs) };
}

/** Images of the pages first: they give a command time. */
export const renditions = [{ kind: 'png', dpi: 72 }, { kind: 'pdf' }] as const;

const asDocument: Way = {
  change: (document) => document,
  async render(renderer, place, onOutput) {
    await renderer.render(
      { ...place, renditions, failOn: [] },
      { onRendition: ({ name }) => onOutput(join(place.outputDirectory, name)) },
    );
  },
};
