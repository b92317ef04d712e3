import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { parseAssetName } from '@pubpipe/core';
import type { ScribusRendererOptions } from '@pubpipe/scribus-runner';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openRenderer, type RendererUnderTest } from '../open-renderer.ts';
import { type Attack, type AttackingDocument, lineOf, type Refusal } from './attack.ts';
import { type AttackTarget, openAttackTarget, type Trace } from './attack-target.ts';
import { bombs } from './bombs.ts';
import { documentsAsXml } from './documents-as-xml.ts';
import { ghostscriptImages } from './ghostscript-images.ts';
import { linkedPictures } from './linked-pictures.ts';
import { renderFrames } from './render-frames.ts';
import { scenes } from './scenes.ts';

const attacks: readonly Attack[] = [
  ...renderFrames,
  ...scenes,
  ...linkedPictures,
  ...ghostscriptImages,
  ...documentsAsXml,
];

// A command runs beside Scribus, and is killed with it if it is late.
const maxAttempts = 10;
// A Scribus 1.6 may have to be set up first.
const openingTimeoutMs = 700_000;

/** How a render of an attacking document has ended. */
interface Outcome {
  readonly document: AttackingDocument;
  /** What it was rejected with. */
  readonly error: unknown;
  readonly traces: readonly Trace[];
}

/** Where attacks are tried, and against what. */
export interface AttackedInstallation {
  /** Tells how to start Scribus. @defaultValue the Scribus that is installed */
  readonly scribus?: () => Promise<readonly string[]>;
}

const installed = async (): Promise<readonly string[]> => ['scribus'];

/** Tries every attack against screening alone, the sandbox alone, and nothing; and every bomb against limits alone. */
export function describeAttacks({ scribus = installed }: AttackedInstallation = {}): void {
  describe('screening alone', () => {
    const opened = openRendererForAttacks({ screening: 'on', sandbox: 'off' }, scribus);

    it.each(attacks.filter(({ screening }) => typeof screening !== 'string'))(
      'refuses a document that $name',
      async (attack) => {
        const { document, error, traces } = await opened.run(attack);

        const { reason, element, at } = attack.screening as Refusal;
        const line = at === null ? null : lineOf(String(document.text), at);
        expect(error).toMatchObject({ code: 'UNSAFE_DOCUMENT', details: { reason, element, line } });
        expect(traces).toEqual([]);
        expect(await opened.renderer().servers(), 'not even a Scribus was started').toEqual([]);
      },
    );
  });

  describeSandboxAlone(scribus);

  describe('nothing', () => {
    const opened = openRendererForAttacks({ screening: 'off', sandbox: 'off' }, scribus);

    it.each(attacks.filter(({ harm }) => typeof harm === 'string'))(
      'stands against a document that $name',
      async (attack) => {
        let traces: readonly Trace[] = [];
        for (let attempt = 0; attempt < maxAttempts && traces.length === 0; attempt++) {
          ({ traces } = await opened.run(attack));
          // That is not what the sandbox is for.
          await opened.expectNothingLeft();
        }

        expect(traces).toContain(attack.harm);
      },
    );

    it.each(bombs.filter(({ endless }) => !endless))('stands against a document that $name', async (bomb) => {
      expect((await opened.run(bomb)).traces).toEqual(['pictured']);
    });
  });

  describe.each(bombs)('limits alone', (bomb) => {
    const opened = openRendererForAttacks({ screening: 'off', sandbox: 'off', limits: bomb.limits }, scribus);

    it(`hold a document that ${bomb.name}`, async () => {
      const { traces } = await opened.run(bomb);

      expect(traces).toEqual([]);
      await opened.expectNothingLeft();
    });
  });
}

/** Tries every attack against the sandbox alone. */
export function describeSandboxAlone(scribus: () => Promise<readonly string[]>): void {
  describe('the sandbox alone', () => {
    const opened = openRendererForAttacks({ screening: 'off', sandbox: 'required' }, scribus);

    it.each(attacks)('holds a document that $name', async (attack) => {
      const { error, traces } = await opened.run(attack);

      expect(traces).toEqual(attack.outsideSandbox === undefined ? [] : [attack.harm]);
      // It got as far as the sandbox.
      expect(error).not.toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|INVALID_INPUT/) });
      await opened.expectNothingLeft();
    });
  });
}

interface RendererForAttacks {
  readonly renderer: () => RendererUnderTest;
  readonly run: (attack: Pick<Attack, 'make'>) => Promise<Outcome>;
  readonly expectNothingLeft: () => Promise<void>;
}

/** A renderer that serves the tests of a `describe`. */
function openRendererForAttacks(
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
    run: (attack) => attackWith(attack, opened, target),
    async expectNothingLeft() {
      expect(await opened.processes()).toEqual([]);
      expect(await opened.temporaryFiles()).toEqual([]);
    },
  };
}

async function attackWith(
  attack: Pick<Attack, 'make'>,
  opened: RendererUnderTest,
  target: AttackTarget,
): Promise<Outcome> {
  const scratch = await opened.scratchSpace.open();
  onTestFinished(() => scratch.close());
  const { inputDirectory, outputDirectory } = scratch;
  await target.reset();
  const tmpdir = join(opened.temporaryDirectory, 'workspace', 'tmp');
  const document = attack.make({
    target,
    inputDirectory,
    climb: (path) => relative(inputDirectory, path),
    climbFromTmpdir: (path) => relative(tmpdir, path),
  });
  const { name = 'document.sla', text, beside = {}, links = {} } = document;
  for (const [file, content] of Object.entries({ ...beside, [name]: text })) {
    await mkdir(dirname(join(inputDirectory, file)), { recursive: true });
    await writeFile(join(inputDirectory, file), content);
  }
  for (const [link, to] of Object.entries(links)) await symlink(to, join(inputDirectory, link));
  const outputs: string[] = [];
  const error: unknown = await opened.renderer
    .render(
      {
        inputDirectory,
        outputDirectory,
        document: parseAssetName(name),
        // Images of the pages first: they give a command time.
        renditions: [{ kind: 'png', dpi: 72 }, { kind: 'pdf' }],
        failOn: [],
      },
      { onRendition: (rendition) => outputs.push(join(outputDirectory, rendition.name)) },
    )
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  return { document, error, traces: await target.traces(outputs) };
}
