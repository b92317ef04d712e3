import { describe, expect, it } from 'vitest';
import type { MergedRows, MergerSubject } from '../describe-merger.ts';

const reason = new Error('The customer has left.');

/** Tests of what is known, and refused, before anything is rendered. */
export function describePreparing({ scene }: MergerSubject): void {
  describe('preparing', () => {
    it('reads the template and all data once, and says what they are', async () => {
      const { prepare, left } = await scene({ header: 'name;town', rows: ['Zoë;', 'B;', 'C;', 'D;'], from: 2, to: 9 });

      const { facts } = await prepare();

      expect(facts).toEqual({
        format: 'csv',
        encoding: 'utf-8',
        delimiter: ';',
        records: 4,
        wanted: 3,
        recordsPerDocument: 1,
        missingColumns: ['city'],
        path: expect.stringMatching(/^(fast|xml)$/),
        pathReason: facts.path === 'fast' ? undefined : expect.stringMatching(/./),
      });
      expect(await left()).toEqual([]);
    });

    it('says how many records one document takes', async () => {
      const { prepare } = await scene({ template: 'sheet', rows: ['A,'] });

      expect((await prepare()).facts.recordsPerDocument).toBe(3);
    });

    const wrong: readonly (readonly [string, Omit<MergedRows, 'rows'>])[] = [
      ['a first record that there is not', { from: 3 }],
      ['a last record before the first', { from: 2, to: 1 }],
      ['a first record that is no whole number', { from: 1.5 }],
      ['a choice that there is not', { emptyValues: 'drop' as 'keep' }],
      ['another', { lineBreaks: 'drop' as 'keep' }],
    ];

    it.each(wrong)('refuses %s', async (_, request) => {
      const { prepare, left } = await scene({ rows: ['A,', 'B,'], ...request });

      await expect(prepare()).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      expect(await left()).toEqual([]);
    });

    it('refuses a name that is made of a column that no record has', async () => {
      const rows = ['A,', 'B,'];
      const { opened } = await scene({ rows });
      const { prepare } = await scene({ rows, name: opened.variable('mail') });

      await expect(prepare()).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message: expect.stringContaining('mail'),
      });
    });

    it('refuses data that can not be read to its end', async () => {
      const { prepare, left } = await scene({ rows: ['A,', '"B,'] });

      await expect(prepare()).rejects.toMatchObject({
        code: 'DATA_UNREADABLE',
        details: { reason: expect.stringMatching(/./), line: 3, record: 2 },
      });
      expect(await left()).toEqual([]);
    });

    it('refuses a template that is no whole document', async () => {
      const { prepare, left } = await scene({ template: 'unreadable', rows: ['A,'] });

      await expect(prepare()).rejects.toMatchObject({
        code: expect.stringMatching(/^(DOCUMENT_UNREADABLE|DOCUMENT_TRUNCATED|UNSAFE_DOCUMENT)$/),
      });
      expect(await left()).toEqual([]);
    });

    it('is cancelled before it begins', async () => {
      const { prepare, left } = await scene({ rows: ['A,'] });

      const prepared = prepare({ signal: AbortSignal.abort(reason) });

      await expect(prepared).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
      expect(await left()).toEqual([]);
    });
  });
}
