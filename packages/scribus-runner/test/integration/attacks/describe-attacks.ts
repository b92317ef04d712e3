import { describe, expect, it } from 'vitest';
import { attacks } from './all-attacks.ts';
import { lineOf, type Refusal } from './attack.ts';
import type { Trace } from './attack-target.ts';
import { bombs } from './bombs.ts';
import { openRendererForAttacks } from './open-renderer-for-attacks.ts';

// A command runs beside Scribus, and is killed with it if it is late.
const maxAttempts = 10;
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
