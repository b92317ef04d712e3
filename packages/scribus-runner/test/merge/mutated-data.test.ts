import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPubpipeError } from '@pubpipe/core';
import { openData } from '@pubpipe/scribus-runner/merge';
import { expect, it } from 'vitest';
import type { DataRecord } from '../../src/merge/data/data-record.ts';
import { MergeTemplate } from '../../src/merge/template/merge-template.ts';
import { dataMutationsOf, nastyPieces } from '../fixtures/data-mutations.ts';
import { seededRandom } from '../fixtures/random.ts';
import { fixtures } from './open-merge.ts';
import { parseDocuments } from './parse-documents.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: what no document can hold.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
const records = [
  {
    name: 'Anna',
    title: 'Dr.',
    note: 'a "b"\nc',
    about: 'x & <y>',
    photo: 'red.png',
    colour: 'Ocean',
    size: '9',
    city: 'Köln',
  },
  { name: 'שלום 😀', title: '', note: '', about: '', photo: '', colour: '', size: '', city: '' },
];
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const texts = {
  csv: [Object.keys(records[0] ?? {}), ...records.map((record) => Object.values(record))]
    .map((row) => row.map(quoted).join(','))
    .join('\r\n'),
  json: JSON.stringify(records),
  ndjson: records.map((record) => JSON.stringify(record)).join('\n'),
};

async function openFixture(name: string, change = (text: string) => text): Promise<MergeTemplate> {
  const template = new MergeTemplate(change(await readFile(join(fixtures, 'merge', name), 'utf8')));
  await template.prepare();
  return template;
}

/** Fills a template with each record of data, and says how each ended. */
async function fillAll(
  template: MergeTemplate,
  { format, content }: { format: 'csv' | 'json' | 'ndjson'; content: Uint8Array },
) {
  const filled: string[] = [];
  const codes = new Set<string>();
  try {
    const source = async function* () {
      yield content;
    };
    const data = await openData(source, { format, limits: { columns: 100, cellLength: 50_000 } });
    for await (const record of data.records()) {
      try {
        if (record.fault !== undefined) throw record.fault;
        filled.push(template.makeDocument([record], { title: 'T' }).text);
      } catch (error) {
        if (!isPubpipeError(error)) throw error;
        codes.add(error.code);
      }
    }
  } catch (error) {
    if (!isPubpipeError(error)) throw error;
    codes.add(error.code);
  }
  return { filled, codes };
}

it('makes of mutated data whole documents or errors with a code, and never markup of a value', {
  timeout: 60_000,
}, async () => {
  const template = await openFixture('card.sla', (text) =>
    text
      .replace('CH="%VAR_note%"', 'CH="%BARCODE_note%"')
      .replace('ANNAME="box"', 'ANNAME="box" ANEXTERN="%VAR_title%"'),
  );
  const usual = await fillAll(template, { format: 'json', content: Buffer.from(texts.json) });
  const [whole] = parseDocuments(usual.filled);
  // A value may bring more lines and tabs into a text, and a code is a polygon: nothing else is new.
  const known = new Set([
    ...(whole?.tags ?? []),
    ...['breakline', 'tab'].flatMap((tag) => [`${tag} `, `${tag} FONT`, `${tag} FONTSIZE`]),
  ]);
  const filled: string[] = [];
  const codes = new Set<string>();

  for (const mutation of dataMutationsOf(texts, 400)) {
    const outcome = await fillAll(template, mutation);
    filled.push(...outcome.filled);
    for (const code of outcome.codes) codes.add(code);
  }

  const parsed = parseDocuments(filled);
  expect(usual.filled.length).toBe(2);
  expect(filled.length).toBeGreaterThan(150);
  expect([...codes].toSorted()).toEqual(['DATA_UNREADABLE', 'RECORD_INVALID']);
  expect(parsed.filter(({ fault }) => fault !== null)).toEqual([]);
  expect([...new Set(parsed.flatMap(({ tags }) => tags))].filter((tag) => !known.has(tag))).toEqual([]);
});

it('gives every value back as it was to a parser that is not ours', async () => {
  const template = await openFixture('cards.sla', (text) =>
    text
      .replace('%VAR_name%, %VAR_city%', '[%VAR_name%]')
      .replaceAll('%SG_NEXT-RECORD%%VAR_name%, %VAR_city%', 'none')
      .replace('ANNAME="person 1"', 'ANNAME="person 1" ANEXTERN="http://x/%VAR_name%"'),
  );
  const random = seededRandom(8);
  const values = Array.from({ length: 250 }, () =>
    Array.from({ length: 1 + random.below(6) }, () => random.of(nastyPieces)).join(random.of(['', ' ', 'x'])),
  );
  const documents = values.map((name, index) => {
    const record: DataRecord = { number: index + 1, line: 1, values: new Map([['name', name]]) };
    return template.makeDocument([record], { title: 'T' }).text;
  });

  const parsed = parseDocuments(documents);

  const clean = values.map((value) => value.replaceAll(forbidden, '\ufffd'));
  const asText = (value: string) => `[${value.replaceAll(/\r\n|[\n\r\u0085\u2028\u2029]/g, '\n')}]`;
  expect(parsed.map(({ texts: { 'person 1': text } }) => text)).toEqual(clean.map(asText));
  expect(parsed.map(({ links }) => links['person 1'])).toEqual(clean.map((value) => `http://x/${value}`));
});
