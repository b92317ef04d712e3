import { join } from 'node:path';
import { type MergedDocument, mergeRecords, openData, openTemplate } from '@pubpipe/scribus-runner/merge';
import { describe, expect, it } from 'vitest';
import { attacks } from './all-attacks.ts';
import type { AttackingDocument, Refusal } from './attack.ts';
import { ghostscriptImages } from './ghostscript-images.ts';
import { openRendererForAttacks, renditions, type Way } from './open-renderer-for-attacks.ts';

const installed = async (): Promise<readonly string[]> => ['scribus'];

/** A document with a variable in its first text; one that is hidden from readers of XML stays as it is. */
const withVariable = (document: AttackingDocument): AttackingDocument => ({
  ...document,
  text: typeof document.text === 'string' ? document.text.replace('CH="First', 'CH="%VAR_name% First') : document.text,
});

/** Fills it with two records, and keeps what was made of them in `documents`. */
function asTemplate(documents: MergedDocument[]): Way {
  return {
    change: withVariable,
    async render(renderer, { outputDirectory, ...place }, onOutput) {
      const template = await openTemplate(place);
      const data = await openData(
        async function* () {
          yield Buffer.from('name\nAnna\nBert\n');
        },
        { format: 'csv' },
      );
      const request = { template, records: data.records(), outputDirectory, renditions, failOn: [] };
      for await (const document of mergeRecords(renderer, request)) {
        documents.push(document);
        if (document.status === 'failed') continue;
        const { directory, result } = document;
        for (const { name } of result.renditions) onOutput(join(directory, name));
      }
      for (const document of documents) if (document.status === 'failed') throw document.error;
    },
  };
}

describe('screening', () => {
  const opened = openRendererForAttacks({ screening: 'on', sandbox: 'required' }, installed);

  it.each(attacks.filter(({ screening }) => typeof screening !== 'string'))(
    'refuses a template that $name, as it refuses the document',
    async (attack) => {
      const documents: MergedDocument[] = [];
      const { error, traces } = await opened.run(attack, asTemplate(documents));

      const { reason, element } = attack.screening as Refusal;
      expect(error).toMatchObject({ code: 'UNSAFE_DOCUMENT', details: { reason, element } });
      expect(documents.map(({ status }) => status)).not.toContain('rendered');
      expect(traces).toEqual([]);
      expect(await opened.renderer().servers(), 'not even a Scribus was started').toEqual([]);
      await opened.expectNothingLeft();
    },
  );
});

/** Whether a process of the template has made it, if only to see that it is to be made otherwise. */
const wasOnFastPath = ({ path, pathReason = '' }: MergedDocument): boolean =>
  path === 'fast' || pathReason.startsWith('it failed in a process');

/** What reading the template, or opening it, refuses already. */
const neverOpened = /hidden in UTF-7|grows by entities|a thousand times as large/;

describe('the sandbox alone', () => {
  const opened = openRendererForAttacks({ screening: 'off', sandbox: 'required' }, installed);
  // A template with images for Ghostscript is filled as a file, which is a document like any other.
  const onFastPath = attacks.filter((attack) => !ghostscriptImages.includes(attack));

  it.each(onFastPath)('holds a template that $name', async (attack) => {
    const documents: MergedDocument[] = [];
    const { error, traces } = await opened.run(attack, asTemplate(documents));

    expect(traces).toEqual(attack.outsideSandbox === undefined ? [] : [attack.harm]);
    expect(error).not.toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|INVALID_INPUT/) });
    const opens = !neverOpened.test(attack.name);
    expect(documents.filter(wasOnFastPath)).toHaveLength(opens ? 2 : 0);
    await opened.expectNothingLeft();
  });
});
