import { expect, it } from 'vitest';
import type { DataRecord } from './data-record.ts';
import { type DataOptions, openData } from './open-data.ts';

const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);
/** The same content in pieces of every size up to 7, so that everything is cut somewhere. */
const inPieces = (content: Uint8Array) =>
  async function* () {
    for (let from = 0, size = 1; from < content.length; from += size, size = (size % 7) + 1) {
      yield content.subarray(from, from + size);
    }
  };

async function read(content: Uint8Array | string, options: DataOptions = {}): Promise<readonly DataRecord[]> {
  const source = inPieces(typeof content === 'string' ? bytes(content) : content);
  const data = await openData(source, { format: 'csv', ...options });
  return await Array.fromAsync(data.records());
}
const valuesOf = (records: readonly DataRecord[]) => records.map(({ values }) => Object.fromEntries(values));
const csv = 'name,text\nAnna,"a, ""b""\nc"\n\nÄrger 😀,\n';
const rows = [
  { name: 'Anna', text: 'a, "b"\nc' },
  { name: 'Ärger 😀', text: '' },
];

it('reads quoted cells with delimiters, quotes and line breaks, and leaves empty rows out', async () => {
  const records = await read(csv);

  expect(valuesOf(records)).toEqual(rows);
  expect(records.map(({ number, line }) => ({ number, line }))).toEqual([
    { number: 1, line: 2 },
    { number: 2, line: 4 },
  ]);
});

it.each([
  ['UTF-8 with a mark', Buffer.concat([bytes('\u{feff}'), bytes(csv)])],
  ['UTF-16 with a mark', bytes(`\u{feff}${csv}`, 'utf16le')],
  ['UTF-16 without a mark', bytes(csv, 'utf16le')],
  ['big-endian UTF-16 with a mark', bytes(`\u{feff}${csv}`, 'utf16le').swap16()],
  ['big-endian UTF-16 without a mark', bytes(csv, 'utf16le').swap16()],
])('tells %s', async (_, content) => {
  expect(valuesOf(await read(content))).toEqual(rows);
});

it('takes for Windows-1252 what is not UTF-8, also when the first such byte comes late', async () => {
  const content = bytes(`name\n${'plain\n'.repeat(20_000)}M\u{fc}ller \u{80}\n`, 'latin1');

  const records = await read(content);

  expect(records.at(-1)?.values.get('name')).toBe('Müller €');
});

it('refuses data in an encoding other than the one it is said to be in, and says where', async () => {
  const content = bytes('name\nA\nM\u{fc}ller\n', 'latin1');

  await expect(read(content, { encoding: 'utf-8' })).rejects.toMatchObject({
    code: 'DATA_UNREADABLE',
    details: { reason: 'encoding', line: 3 },
  });
});

it('refuses what is no text', async () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000ff00ff818d', 'hex');

  await expect(read(png)).rejects.toMatchObject({ code: 'DATA_UNREADABLE', details: { reason: 'encoding' } });
  await expect(read('name\na\0b\n')).rejects.toMatchObject({ details: { reason: 'binary', line: 2 } });
});

it.each([
  [';', 'name;price\nAnna;1,50\n', { name: 'Anna', price: '1,50' }],
  ['\t', 'a\tb\tc\n1\t\t3\n', { a: '1', b: '', c: '3' }],
  ['|', '"a,b,c"|d|e\n1|2|3\n', { 'a,b,c': '1', d: '2', e: '3' }],
  [',', '"a", "b"\n"1", "2"\n', { a: '1', b: '2' }],
])('tells the delimiter %j', async (_, text, expected) => {
  expect(valuesOf(await read(text))).toEqual([expected]);
});

it('takes the delimiter that it is told', async () => {
  expect(valuesOf(await read('a;b,c\n1;2,3\n', { delimiter: ',' }))).toEqual([{ 'a;b': '1;2', c: '3' }]);
  await expect(read('a\n1\n', { delimiter: '"' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});

it('takes a formula for the text that it is', async () => {
  const [record] = await read(`name\n"=cmd|' /C calc'!A0"\n`);

  expect(record?.values.get('name')).toBe("=cmd|' /C calc'!A0");
});

it('counts missing cells as empty, and faults a record that has too many without losing the next', async () => {
  const records = await read('a,b\n1\n1,2,3\n1,2,,\n5,6\n');

  expect(records.map(({ fault }) => fault?.details['reason'])).toEqual([undefined, 'columns', undefined, undefined]);
  expect(records[1]?.fault).toMatchObject({ code: 'RECORD_INVALID', details: { record: 2, line: 3, value: '3' } });
  expect(valuesOf(records)[0]).toEqual({ a: '1', b: '' });
  expect(valuesOf(records)[3]).toEqual({ a: '5', b: '6' });
});

it('faults a record with a cell that is too long', async () => {
  const records = await read(`a,b\n${'x'.repeat(101)},1\n2,3\n`, { limits: { cellLength: 100 } });

  expect(records[0]?.fault).toMatchObject({ details: { reason: 'cell-size', record: 1, column: 'a' } });
  expect(records[1]?.fault).toBeUndefined();
});

it.each([
  ['a record that never ends', `a\n"${'x'.repeat(5000)}`, { limits: { recordLength: 1000 } }, 'record-size'],
  ['10,000 columns', `${'c,'.repeat(10_000)}\n`, {}, 'columns'],
  ['more records than are taken', 'a\n1\n2\n3\n', { limits: { records: 2 } }, 'records'],
  ['a quote that is never closed', 'a,b\n"1,2\n', {}, 'syntax'],
  ['a quote in the middle', 'a,b\n"1"2,3\n', {}, 'syntax'],
  ['two columns of one name', 'a,b,a\n1,2,3\n', {}, 'header'],
  ['no column with a name', ',,\n1,2,3\n', {}, 'header'],
  ['nothing', '', {}, 'empty'],
])('refuses CSV with %s', async (_, text, options, reason) => {
  await expect(read(text, options)).rejects.toMatchObject({ code: 'DATA_UNREADABLE', details: { reason } });
});

it('hands over the records before a fault', async () => {
  const data = await openData(inPieces(bytes('a\n1\n2\n"3\n')), { format: 'csv' });
  const numbers: number[] = [];

  const reading = (async () => {
    for await (const { number } of data.records()) numbers.push(number);
  })();

  await expect(reading).rejects.toMatchObject({ details: { reason: 'syntax', record: 3 } });
  expect(numbers).toEqual([1, 2]);
});

it('reads a JSON array and one object a line alike', async () => {
  const objects = [{ name: 'Anna', age: 7, vip: true, none: null, text: 'a\n"b"' }, { name: '{"' }];
  const expected = [{ name: 'Anna', age: '7', vip: 'true', none: '', text: 'a\n"b"' }, { name: '{"' }];

  expect(valuesOf(await read(JSON.stringify(objects), { format: 'json' }))).toEqual(expected);
  expect(valuesOf(await read(JSON.stringify(objects, undefined, 2), { format: 'json' }))).toEqual(expected);
  const lines = objects.map((object) => JSON.stringify(object)).join('\r\n\r\n');
  expect(valuesOf(await read(lines, { format: 'ndjson' }))).toEqual(expected);
});

it.each(['json', 'ndjson'] as const)('faults single records of %s', async (format) => {
  const values = ['{"a":"1"}', '{"a":[1]}', '{"a":12345678901234567890}', '"text"', '{"a":"2"}'];
  const content = format === 'json' ? `[${values.join(',\n')}]` : values.join('\n');

  const records = await read(content, { format });

  const reasons = records.map(({ fault }) => fault?.details['reason']);
  expect(reasons).toEqual([undefined, 'nested', 'number', 'not-an-object', undefined]);
  expect(records[3]?.fault?.details).toMatchObject({ record: 4, line: 4 });
});

it.each([
  ['json', '{"a":1}', 'syntax'],
  ['json', '[{"a":1}', 'syntax'],
  ['json', '[{"a":1}] x', 'syntax'],
  ['json', '[{"a":1}\n{"a":2}]', 'syntax'],
  ['json', '  ', 'empty'],
  ['json', `[{"a":"${'x'.repeat(50_000)}"}]`, 'record-size'],
  ['json', `[${'['.repeat(50_000)}`, 'record-size'],
  ['ndjson', '{"a":1}\n{"a":', 'syntax'],
  ['ndjson', `{"a":"${'x'.repeat(50_000)}"}`, 'record-size'],
  ['ndjson', '\n', 'empty'],
] as const)('refuses %s that is no data, number %#', async (format, text, reason) => {
  await expect(read(text, { format, limits: { recordLength: 1000 } })).rejects.toMatchObject({
    code: 'DATA_UNREADABLE',
    details: { reason },
  });
});

it('needs to know the format, and a file that can be read', async () => {
  await expect(openData('data.xlsx')).rejects.toMatchObject({ details: { reason: 'format' } });
  await expect(openData('/nowhere/data.csv')).rejects.toMatchObject({
    code: 'DATA_UNREADABLE',
    details: { reason: 'unreadable' },
  });
});
