import { execFileSync } from 'node:child_process';
import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { inspectFiles, withBody } from '../../../test/fixtures/inspect-files.ts';

const unsafe = (reason: string, more: object = {}) => ({ code: 'UNSAFE_DOCUMENT', details: { reason, ...more } });
const linking = (file: string, attribute = 'PFILE') => withBody(`<PAGEOBJECT PTYPE="2" ${attribute}="${file}"/>`);
const eps = '%!PS-Adobe-3.0 EPSF-3.0\n';
const svg = (inside: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">${inside}</svg>`;

/** The same, with one byte changed. */
function damaged(content: Buffer, at = 20): Buffer {
  const changed = Buffer.from(content);
  const index = at < 0 ? changed.length + at : at;
  changed[index] = (changed[index] ?? 0) ^ 0xff;
  return changed;
}

it.each([
  ['/etc/hostname', 'path-outside'],
  ['/nowhere/at/all.png', 'path-outside'],
  ['../outside.png', 'path-outside'],
  ['sub/../../outside.png', 'path-outside'],
  ['./../outside.png', 'path-outside'],
  ['..', 'path-outside'],
  ['../../../../../../../../proc/self/environ', 'path-outside'],
  ['..\\outside.png', 'path-outside'],
  ['C:\\images\\logo.png', 'url'],
  ['C:/images/logo.png', 'url'],
  ['\\\\server\\logo.png', 'url'],
  ['//server/logo.png', 'url'],
  ['file:///etc/hostname', 'url'],
  ['file:logo.png', 'url'],
  ['http://localhost/logo.png', 'url'],
  [':/resource.png', 'url'],
  ['logo&#10;.png', 'path-characters'],
  ['&#1;/etc/hostname', 'path-characters'],
])('refuses the link %s: %s', async (file, reason) => {
  await expect(inspectFiles({ 'document.sla': linking(file) })).rejects.toMatchObject(
    unsafe(reason, { element: 'PAGEOBJECT', line: 1 }),
  );
});

it.each(['PFILE', 'PFILE2', 'PFILE3'])('looks at the link in %s, also of an embedded image', async (attribute) => {
  const document = linking('/etc/hostname" isInlineImage="1', attribute);

  await expect(inspectFiles({ 'document.sla': document })).rejects.toMatchObject(unsafe('path-outside'));
});

it.each(['logo.png', 'images/../logo.png', 'images/Größe: 1.png', '%2e%2e/logo.png', '~/logo.png', 'gone.png'])(
  'lets pass the link %s',
  async (file) => {
    await expect(inspectFiles({ 'document.sla': linking(file), 'logo.png': '' })).resolves.toBeDefined();
  },
);

it('lets a document in a folder link a file above it, in the input directory', async () => {
  const files = { 'print/document.sla': linking('../images/logo.png'), 'images/logo.png': '' };

  await expect(inspectFiles(files)).resolves.toBeDefined();
});

it('lets pass a relative link to a place of another computer, of which not even the first folder is here', async () => {
  await expect(inspectFiles({ 'document.sla': linking('../no-such-folder/logo.png') })).resolves.toBeDefined();
});

it('lets pass an absolute path of the input directory itself', async () => {
  const arrange = async (directory: string) => {
    await writeFile(join(directory, 'document.sla'), linking(join(directory, 'logo.png')));
  };

  await expect(inspectFiles({ 'document.sla': '', 'logo.png': eps }, { arrange })).resolves.toMatchObject({
    needsGhostscript: true,
  });
});

it.each([
  ['a linked file', 'logo.png', '../outside.png', 'symlink'],
  ['a linked file that is not there', 'logo.png', '../later.png', 'symlink'],
  ['a folder on the way', 'images', '..', 'symlink'],
  ['a font beside the document', 'secret.ttf', '../outside.png', 'symlink'],
])('refuses a symbolic link in place of %s', async (_, name, target, reason) => {
  const document = withBody(
    '<PAGEOBJECT PTYPE="2" PFILE="logo.png"/><PAGEOBJECT PTYPE="2" PFILE="images/outside.png"/>',
  );
  const arrange = (directory: string) => symlink(target, join(directory, name));

  await expect(inspectFiles({ 'document.sla': document }, { arrange })).rejects.toMatchObject(unsafe(reason));
});

it.each(['fonts', 'Document fonts', 'profiles'])('refuses a symbolic link in %s', async (folder) => {
  const arrange = async (directory: string) => {
    await mkdir(join(directory, folder));
    await symlink('../../outside.png', join(directory, folder, 'a.ttf'));
  };

  await expect(inspectFiles({ 'document.sla': withBody('') }, { arrange })).rejects.toMatchObject(
    unsafe('symlink', { element: null, line: null, value: `${folder}/a.ttf` }),
  );
});

it('lets pass symbolic links that stay inside, and hard links', async () => {
  const arrange = async (directory: string) => {
    await symlink('images/a.png', join(directory, 'logo.png'));
    await link(join(directory, 'images/a.png'), join(directory, 'again.png'));
  };
  const files = { 'document.sla': linking('logo.png'), 'images/a.png': eps };

  await expect(inspectFiles(files, { arrange })).resolves.toMatchObject({ needsGhostscript: true });
});

it('refuses a pipe, without waiting for it', async () => {
  const arrange = async (directory: string) =>
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(directory, 'images/logo.png')]);
  const files = { 'document.sla': linking('images/logo.png'), 'images/other.png': '' };

  await expect(inspectFiles(files, { arrange })).rejects.toMatchObject(unsafe('special-file'));
});

it.each([
  ['<image xlink:href="/etc/hostname"/>', 'svg-reference'],
  ['<image href="file:///etc/hostname"/>', 'svg-reference'],
  ['<g:image xmlns:g="http://www.w3.org/2000/svg" g:href="../outside.png"/>', 'svg-reference'],
  ['<image xlink:href="http://localhost/"/>', 'svg-reference'],
  ['<use xlink:href="/etc/x.svg#a"/>', 'svg-reference'],
  ['<image xlink:href="&path;"/>', 'svg-reference'],
  ['<g>', 'svg-unreadable'],
  ['<g>'.repeat(600) + '</g>'.repeat(600), 'limit'],
])('refuses a linked drawing with %s: %s', async (inside, reason) => {
  const files = { 'document.sla': linking('logo.svg'), 'logo.svg': svg(inside) };

  await expect(inspectFiles(files)).rejects.toMatchObject(unsafe(reason, { element: 'PAGEOBJECT', line: 1 }));
});

it.each([
  ['packed', 'logo.svgz', gzipSync(svg('<image href="/etc/hostname"/>')), 'svg-reference'],
  ['in UTF-16', 'logo.svg', Buffer.from(svg('<image href="/etc/hostname"/>'), 'utf16le'), 'encoding'],
  ['in UTF-7', 'logo.svg', Buffer.from(`<?xml version="1.0" encoding="UTF-7"?>${svg('')}`), 'encoding'],
  [
    'with markup in an entity',
    'logo.svg',
    Buffer.from(`<!DOCTYPE svg [<!ENTITY i "<image href='/etc/hostname'/>">]>${svg('&i;')}`),
    'dtd',
  ],
  [
    'with a file as entity',
    'logo.svg',
    Buffer.from(`<!DOCTYPE svg [<!ENTITY i SYSTEM "/etc/x">]>${svg('&i;')}`),
    'dtd',
  ],
  ['whose packing is cut off', 'logo.svgz', gzipSync(svg('<g/>')).subarray(0, -4), 'svg-unreadable'],
  ['whose packing is damaged', 'logo.svg', damaged(gzipSync(svg('<g/>'.repeat(1000)))), 'svg-unreadable'],
  ['whose packing is damaged at its end', 'logo.svgz', damaged(gzipSync(svg('<g/>')), -5), 'svg-unreadable'],
])('refuses a linked drawing %s', async (_, name, content, reason) => {
  await expect(inspectFiles({ 'document.sla': linking(name), [name]: content })).rejects.toMatchObject(unsafe(reason));
});

it.each([
  ['an empty file', 'logo.svg', ''],
  ['a text', 'logo.svg', 'This was a drawing once.'],
  ['a packed text', 'logo.svgz', gzipSync('This was a drawing once.')],
])('leaves it to the document check that nobody can read %s in place of a drawing', async (_, name, content) => {
  await expect(inspectFiles({ 'document.sla': linking(name), [name]: content })).resolves.toBeDefined();
});

it('takes nothing for a drawing that only mentions one', async () => {
  const files = { 'document.sla': linking('logo.xyz'), 'logo.xyz': 'push graphic-context <svg >' };

  await expect(inspectFiles(files)).rejects.toMatchObject(unsafe('image-kind'));
});

it('refuses a path that is longer than any', async () => {
  await expect(inspectFiles({ 'document.sla': linking('a/'.repeat(2049)) })).rejects.toMatchObject(unsafe('limit'));
});

it('lets pass drawings as programs write them', async () => {
  const illustrator =
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [' +
    '<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>' +
    '<svg xmlns="&ns_svg;" xmlns:xlink="http://www.w3.org/1999/xlink"><a xlink:href="https://example.com"><use xlink:href="#b"/></a>' +
    '<image xlink:href="data:image/png;base64,AAAA"/><image href="logo.png"/></svg>';
  const files = { 'document.sla': linking('logo.svg'), 'logo.svg': illustrator };

  await expect(inspectFiles(files)).resolves.toMatchObject({ needsGhostscript: false });
});

it.each([
  ['EPS', eps, true],
  ['EPS after a byte of a serial line', `\u0004${eps}`, true],
  ['EPS of DOS', Buffer.from([0xc5, 0xd0, 0xd3, 0xc6, 0, 0]), true],
  ['PDF', '%PDF-1.4\n', true],
  ['PDF after a kilobyte', `${' '.repeat(1024)}%PDF-1.4\n`, false],
  ['PNG', '\u0089PNG\r\n', false],
  ['nothing', '', false],
])('knows by content whether a linked file is for Ghostscript: %s', async (_, content, needsGhostscript) => {
  const files = { 'document.sla': linking('logo.png'), 'logo.png': content };

  await expect(inspectFiles(files)).resolves.toMatchObject({ needsGhostscript });
  await expect(inspectFiles(files, { screening: 'off' })).resolves.toMatchObject({ needsGhostscript });
});

it('does not ask for Ghostscript because of a file that the document does not link', async () => {
  const files = { 'document.sla': withBody(''), 'logo.eps': eps };

  await expect(inspectFiles(files)).resolves.toMatchObject({ needsGhostscript: false });
});

it.each([
  ['an ending of its own', 'logo.jpeg', 'damaged', true],
  ['a picture of another ending', 'logo.JPG_', Buffer.from('ffd8ffe000', 'hex'), true],
  ['a picture without an ending', 'logo', Buffer.from('474946383961', 'hex'), true],
  ['a picture that is known by its ending', 'logo.tga', Buffer.from('000002', 'hex'), true],
  ['what its ending makes of such a picture', 'logo.dot', Buffer.from('000002', 'hex'), false],
  ['another content of such an ending', 'logo.tga', '#FIG 3.2', false],
  ['a graph', 'logo.dot', 'graph {}', false],
  ['a page', 'logo', '<html>', false],
  ['a film', 'logo.xyz', Buffer.from('000001b3', 'hex'), false],
  ['something packed', 'logo.xyz', gzipSync('something'), false],
  ['nothing at all', 'logo.xyz', '', false],
])('judges a linked image by whether Scribus reads it alone: %s', async (_, name, content, harmless) => {
  const files = { 'document.sla': linking(name), [name]: content };

  const inspected = inspectFiles(files);

  if (harmless) await expect(inspected).resolves.toBeDefined();
  else await expect(inspected).rejects.toMatchObject(unsafe('image-kind', { element: 'PAGEOBJECT', line: 1 }));
  await expect(inspectFiles(files, { screening: 'off' })).resolves.toBeDefined();
});

it.each([
  ['of DCS 1', 'logo.eps', `${eps}%%CyanPlate: ../cyan.eps\n`],
  ['of DCS 2', 'logo.eps', `${eps}%%PlateFile: (Cyan) EPS Local /x/cyan.eps\n`],
  ['after a long text', 'logo.eps', `${eps}${'x\n'.repeat(65_520)}%%BlackPlate: a\\b`],
  ['in a long line', 'logo.eps', `${eps}%%BlackPlate:${' '.repeat(100_000)}../x`],
  ['in the middle of a line', 'logo.xyz', `${eps}x%%YellowPlate: ../x`],
  ['in what is EPS by its ending alone', 'logo.EPS', '%%MagentaPlate: ../x'],
])('refuses a linked image with a plate in another folder, %s', async (_, name, content) => {
  await expect(inspectFiles({ 'document.sla': linking(name), [name]: content })).rejects.toMatchObject(
    unsafe('plate-outside', { element: 'PAGEOBJECT', line: 1 }),
  );
});

// Pieces of a file that is read have 64 KiB.
it.each(Array.from({ length: 20 }, (_, before) => before))(
  'finds a plate whose comment is read in two pieces, %i characters before their border',
  async (before) => {
    const content = `${eps}${'x'.repeat(65_536 - eps.length - before)}%%MagentaPlate: ../x`;

    await expect(inspectFiles({ 'document.sla': linking('a.eps'), 'a.eps': content })).rejects.toMatchObject(
      unsafe('plate-outside'),
    );
  },
);

it.each([`%%CyanPlate: logo.C\n/a /b\n`, '/CyanPlate (a/b)\n', `%%PlateFile: (Cyan) EPS #1 2\r%%Title: a/b\n`])(
  'lets pass an image whose plates lie beside it, or in it',
  async (comments) => {
    const files = { 'document.sla': linking('a.eps'), 'a.eps': eps + comments };

    await expect(inspectFiles(files)).resolves.toMatchObject({ needsGhostscript: true });
  },
);

const embedded = (content: string, extension: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const data = Buffer.concat([length, deflateSync(content)]).toString('base64');
  return withBody(`<PAGEOBJECT PTYPE="2" isInlineImage="1" inlineImageExt="${extension}" ImageData="${data}"/>`);
};

it.each([
  [eps, 'eps', true],
  [eps + 'x'.repeat(100_000), '', true],
  [svg('<g/>'), 'svg', false],
])('knows whether an embedded image is for Ghostscript', async (content, extension, needsGhostscript) => {
  await expect(inspectFiles({ 'document.sla': embedded(content, extension) })).resolves.toMatchObject({
    needsGhostscript,
  });
});

it('refuses an embedded drawing that links a file', async () => {
  const document = embedded(svg('<image href="/etc/hostname"/>'), 'svg');

  await expect(inspectFiles({ 'document.sla': document })).rejects.toMatchObject(unsafe('svg-reference'));
});

it.each([
  [`${eps}%%CyanPlate: ../x`, 'eps', 'plate-outside'],
  ['graph {}', 'dot', 'image-kind'],
  ['<html>', '', 'image-kind'],
])('refuses an embedded image that Scribus does not read alone', async (content, extension, reason) => {
  await expect(inspectFiles({ 'document.sla': embedded(content, extension) })).rejects.toMatchObject(unsafe(reason));
});
