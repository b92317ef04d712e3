import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeZip, type ZipEntry } from '../../test/fixtures/make-zip.ts';
import { defaultCollectedLimits, unpackCollected } from './unpack-collected.ts';

const document: ZipEntry = { name: 'flyer.sla', content: '<SCRIBUSUTF8NEW/>' };

async function unpack(
  entries: readonly ZipEntry[] | Buffer,
  options: Partial<Parameters<typeof unpackCollected>[2]> = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'unpack-collected-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const target = join(directory, 'target');
  const zip = join(directory, 'collected.zip');
  await mkdir(target);
  await writeFile(zip, Buffer.isBuffer(entries) ? entries : makeZip(entries));
  const { signal } = new AbortController();
  const unpacking = unpackCollected(zip, target, { signal, ...options });
  return { unpacking, target, directory };
}

it('unpacks a document and what lies beside it, also in a folder', async () => {
  const { unpacking, target } = await unpack([
    { name: 'Flyer/', mode: 0o040755 },
    { ...document, name: 'Flyer/flyer.sla' },
    { name: 'Flyer/images/Größe.png', content: 'an image' },
    { name: 'Flyer/fonts/a.ttf', content: Buffer.alloc(300_000, 7), mode: 0 },
    { name: '__MACOSX/Flyer/._flyer.sla', content: 'not a document' },
    { name: 'Flyer/.DS_Store', content: 'x' },
  ]);

  expect(await unpacking).toBe('Flyer/flyer.sla');
  expect((await readdir(target, { recursive: true })).toSorted()).toEqual(
    [
      'Flyer',
      'Flyer/flyer.sla',
      'Flyer/fonts',
      'Flyer/fonts/a.ttf',
      'Flyer/images',
      'Flyer/images/Größe.png',
    ].toSorted(),
  );
  expect(await readFile(join(target, 'Flyer/images/Größe.png'), 'utf8')).toBe('an image');
  expect((await stat(join(target, 'Flyer/fonts/a.ttf'))).size).toBe(300_000);
});

it.each([
  ['the only document at the top', ['a.sla.gz', 'old/b.sla'], 'a.sla.gz'],
  ['the only document in a folder at the top', ['x.txt', 'new/b.scd', 'new/backup/c.sla'], 'new/b.scd'],
])('takes %s', async (_, names, expected) => {
  const { unpacking } = await unpack(names.map((name) => ({ name })));

  expect(await unpacking).toBe(expected);
});

it.each([
  ['no document', ['x.txt'], []],
  ['one that lies too deep', ['a/b/c.sla'], ['a/b/c.sla']],
  ['two at the top', ['a.sla', 'b.sla', 'c/d.sla'], ['a.sla', 'b.sla']],
  ['two in folders', ['a/a.sla', 'b/b.sla'], ['a/a.sla', 'b/b.sla']],
])('refuses a zip with %s, and says which there are', async (_, names, candidates) => {
  const { unpacking } = await unpack(names.map((name) => ({ name })));

  await expect(unpacking).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { candidates } });
});

it.each([
  '../outside.sla',
  'a/../../outside.sla',
  '/absolute.sla',
  'a\\..\\..\\outside.sla',
  'C:\\outside.sla',
  'a//b.sla',
  './a.sla',
  'a\0.sla',
  '',
  'x'.repeat(300),
  `${'a/'.repeat(40)}b`,
  Buffer.from([0x66, 0xfc, 0x72]),
])('refuses the name %j, and writes nothing elsewhere', async (name) => {
  const { unpacking, directory } = await unpack([document, { name, content: 'hostile' }]);

  await expect(unpacking).rejects.toMatchObject({ code: 'UNSAFE_DOCUMENT', details: { reason: 'zip-name' } });
  expect((await readdir(directory)).toSorted()).toEqual(['collected.zip', 'target']);
});

it.each([
  ['a.png', 'a.png'],
  ['a.png', 'A.PNG'],
  ['u\u0308.png', '\u00fc.png'],
  ['a', 'a/b.png'],
  ['a/b.png', 'A'],
])('refuses %s together with %s', async (first, second) => {
  const { unpacking } = await unpack([document, { name: first }, { name: second }]);

  await expect(unpacking).rejects.toMatchObject({ code: 'UNSAFE_DOCUMENT', details: { reason: 'zip-duplicate' } });
});

it.each([
  ['a symbolic link', 0o120777, 'symlink'],
  ['a pipe', 0o010644, 'special-file'],
  ['a device', 0o020644, 'special-file'],
])('refuses %s', async (_, mode, reason) => {
  const { unpacking, target } = await unpack([document, { name: 'logo.png', content: '/etc/hostname', mode }]);

  await expect(unpacking).rejects.toMatchObject({
    code: 'UNSAFE_DOCUMENT',
    details: { reason, value: 'logo.png' },
  });
  expect(await readdir(target)).toEqual(['flyer.sla']);
});

it.each([
  ['more entries than there may be', { maxEntries: 2 }, 'limit'],
  ['more bytes than there may be', { maxBytes: 1_000_000 }, 'limit'],
  ['a bomb', { maxRatio: 100 }, 'zip-ratio'],
])('refuses %s', async (_, limits, reason) => {
  const bomb = { name: 'b.png', content: Buffer.alloc(80_000_000) };
  const { unpacking } = await unpack([document, { name: 'a.png' }, bomb], {
    limits: { ...defaultCollectedLimits, ...limits },
  });

  await expect(unpacking).rejects.toMatchObject({ code: 'UNSAFE_DOCUMENT', details: { reason } });
});

it.each([
  ['less', 10],
  ['more', 4_000_000],
])('is not deceived by a zip that declares %s than it holds', async (_, declaredLength) => {
  const lying = { name: 'a.png', content: Buffer.alloc(3_000_000), declaredLength };
  const { unpacking, target } = await unpack([lying, document]);

  await expect(unpacking).rejects.toMatchObject({ code: 'DOCUMENT_UNREADABLE' });
  expect((await stat(join(target, 'a.png'))).size).toBeLessThanOrEqual(3_000_000);
});

it.each([
  ['nothing', Buffer.alloc(0), 'DOCUMENT_EMPTY'],
  ['something else', Buffer.from('<SCRIBUSUTF8NEW/>'), 'DOCUMENT_UNREADABLE'],
  ['half a zip', makeZip([document]).subarray(0, 60), 'DOCUMENT_UNREADABLE'],
  ['a damaged file', makeZip([{ ...document, checksum: 1 }]), 'DOCUMENT_UNREADABLE'],
  ['an encrypted file', makeZip([{ ...document, flags: 0x801 }]), 'DOCUMENT_UNREADABLE'],
])('refuses %s', async (_, content, code) => {
  const { unpacking } = await unpack(content);

  await expect(unpacking).rejects.toMatchObject({ code });
});

it('is cancelled by its signal', async () => {
  const reason = new Error('The customer has left.');
  const { unpacking, target } = await unpack([document], { signal: AbortSignal.abort(reason) });

  await expect(unpacking).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
  expect(await readdir(target)).toEqual([]);
});

it("says that it can't write, when it can't", async () => {
  const { directory, unpacking: first } = await unpack([document]);
  await first;
  const { signal } = new AbortController();

  const zip = join(directory, 'collected.zip');
  const unpacking = unpackCollected(zip, zip, { signal });

  await expect(unpacking).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
});
