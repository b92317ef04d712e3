import { describe, expect, it } from 'vitest';
import type { EmptyValueMode, MergedDocument } from '../../ports/merger.ts';
import type { MergerSubject } from '../describe-merger.ts';

/** Fits no frame of the templates, so that the document check fails it where that is asked for. */
const tooLong = 'too much text '.repeat(500);
const failOn = ['overset-text'] as const;
const filesOf = (document: MergedDocument | undefined) =>
  document?.status === 'rendered' ? document.files.map(({ name }) => name) : [];

/** Tests of the documents that a merge makes. */
export function describeDocuments({ scene }: MergerSubject): void {
  describe('documents', () => {
    it('are rendered for each record, and handed over with their files', async () => {
      const { merge, wordsOf, left } = await scene({ rows: ['Anna,Bern', '"B & <C>, %VAR_city%",Köln'] });

      const documents = await merge();

      expect(documents).toMatchObject([
        { status: 'rendered', records: { first: 1, last: 1 }, name: '1', result: { pageCount: 1 }, notes: [] },
        { status: 'rendered', records: { first: 2, last: 2 }, name: '2', result: { pageCount: 1 }, notes: [] },
      ]);
      expect([await wordsOf(documents[0]), await wordsOf(documents[1])]).toEqual([
        'Anna, Bern',
        'B & <C>, %VAR_city%, Köln',
      ]);
      expect((await left()).toSorted()).toEqual(documents.flatMap(filesOf).toSorted());
      for (const { path, pathReason } of documents) {
        expect([path, typeof pathReason]).toEqual(path === 'fast' ? ['fast', 'undefined'] : ['xml', 'string']);
      }
    });

    it('take several records each, as many as the template has places for', async () => {
      const { merge, wordsOf } = await scene({ template: 'sheet', rows: ['A,a', 'B,b', 'C,c', 'D,d'] });

      const documents = await merge();

      expect(documents.map(({ records, name }) => [records, name])).toEqual([
        [{ first: 1, last: 3 }, '3'],
        [{ first: 4, last: 4 }, '4'],
      ]);
      expect(await wordsOf(documents[0])).toBe('A, a B, b C, c');
      expect(await wordsOf(documents[1])).toBe('D, d');
    });

    it('that fail do not hold the others back, and nothing of them is left', async () => {
      const { merge, left } = await scene({ rows: ['A,a', `B,${tooLong}`, 'C,c'], failOn });

      const documents = await merge();

      expect(documents).toMatchObject([
        { status: 'rendered' },
        { status: 'failed', records: { first: 2, last: 2 }, name: '2', error: { code: 'PREFLIGHT_FAILED' } },
        { status: 'rendered' },
      ]);
      expect((await left()).toSorted()).toEqual(documents.flatMap(filesOf).toSorted());
    });

    it('are not begun any more after one has failed, if it is to stop', async () => {
      const rows = [`A,${tooLong}`, ...Array.from({ length: 20 }, (_, index) => `B${index},`)];
      const { merge } = await scene({ rows, failOn, stopOnError: true });

      const documents = await merge();

      expect(documents[0]).toMatchObject({ status: 'failed', records: { first: 1 } });
      // Those beside it may go on, and others may take the places of those that end before it.
      expect(documents.length).toBeLessThan(rows.length);
      expect(documents.filter(({ status }) => status === 'failed')).toHaveLength(1);
    });

    it('are not begun faster than they are taken', async () => {
      const rows = Array.from({ length: 12 }, (_, index) => `B${index},`);
      const { prepare, wordsOf, opened } = await scene({ rows });
      const begun = new Set<number>();
      const ahead: number[] = [];

      const prepared = await prepare();
      for await (const document of prepared.documents({ onProgress: ({ first }) => void begun.add(first) })) {
        await wordsOf(document);
        ahead.push(begun.size - ahead.length - 1);
      }

      expect(ahead).toHaveLength(rows.length);
      expect(Math.max(...ahead)).toBeLessThanOrEqual(opened.places);
    });

    it('have names that are given once, and are the same whatever was made before', async () => {
      const rows = ['../a,1', 'A,2', '..,3', '_/A,4'];
      const { opened } = await scene({ rows });
      const { merge, prepare } = await scene({ rows, name: opened.variable('name') });

      const all = (await merge()).map(({ name }) => name);
      const rest = (await prepare()).documents({ isDone: ({ first }) => first !== 4 });

      expect(new Set(all.map((name) => name.toLowerCase())).size).toBe(4);
      expect(all.flatMap((name) => name.split('/')).filter((part) => /^\.*$/.test(part))).toEqual([]);
      expect((await Array.fromAsync(rest)).map(({ records, name }) => [records.first, name])).toEqual([[4, all[3]]]);
    });

    it('are made of the records that are wanted, under the names that they have among all', async () => {
      const { merge } = await scene({ rows: Array.from({ length: 10 }, (_, index) => `B${index},`), from: 9, to: 99 });

      expect((await merge()).map(({ records, name }) => [records.first, name])).toEqual([
        [9, '09'],
        [10, '10'],
      ]);
    });

    it('have page images besides where they are to be proofs', async () => {
      const rendition = { kind: 'png', prefix: 'proof-' } as const;
      const rows = ['A,', 'B,', 'C,', 'D,'];
      const { merge } = await scene({ template: 'sheet', rows, proofs: { records: [2, 9], rendition } });

      const kinds = (await merge()).map((document) =>
        document.status === 'rendered' ? document.files.map(({ kind, page }) => [kind, page]).toSorted(byKind) : [],
      );

      expect(kinds).toEqual([
        [
          ['pdf', undefined],
          ['png', 1],
        ],
        [['pdf', undefined]],
      ]);
    });

    it('are handed over as they were filled too, where they are to be kept', async () => {
      const { merge, left } = await scene({ rows: ['A,a', `B,${tooLong}`], failOn, keepDocuments: true });

      const [kept, failed] = await merge();

      expect([kept?.status, failed?.status]).toEqual(['rendered', 'failed']);
      const filled = kept?.status === 'rendered' ? kept.filledDocument : undefined;
      expect(filled).toMatchObject({ mediaType: expect.stringMatching(/./), byteSize: expect.any(Number) });
      expect((await left()).toSorted()).toEqual([...filesOf(kept), `${filled?.name}`].toSorted());
    });

    it('are without what no column is named after, as far as that is asked for', async () => {
      const textOf = async (emptyValues: EmptyValueMode | undefined) => {
        const { merge, wordsOf, opened } = await scene({ header: 'name', rows: ['A'], emptyValues });
        const [document] = await merge();
        return { text: await wordsOf(document), variable: opened.variable('city') };
      };

      expect((await textOf(undefined)).text).toBe('A');
      expect((await textOf('remove')).text).toBe('A');
      expect((await textOf('keep-separators')).text).toBe('A,');
      const { text, variable } = await textOf('keep');
      expect(text).toBe(`A, ${variable}`);
    });

    it('have spaces for the line breaks of values where that is asked for', async () => {
      const rows = [`"${'x\n'.repeat(40)}",`];
      const kept = await (await scene({ rows })).merge();
      const spaced = await (await scene({ rows, lineBreaks: 'space' })).merge();

      // So many lines fit no frame of the template.
      const checks = [kept, spaced].map(([document]) =>
        document?.status === 'rendered' ? document.result.findings.map(({ check }) => check) : [],
      );
      expect(checks).toEqual([['overset-text'], []]);
    });
  });
}

const byKind = ([one]: readonly unknown[], [other]: readonly unknown[]): number =>
  String(one).localeCompare(String(other));
