import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { documentOf, linkedImage, threePagesWith } from '../fixtures/documents.ts';
import { openRendererForTest, type RendererUnderTest } from './open-renderer.ts';

const frame = /<PAGEOBJECT [^>]*ANNAME="logo"[^>]*\/>/;
const imageFrame = frame.exec(threePagesWith('ANNAME="logo"', 'ANNAME="logo" '))?.[0] ?? '';

/** A place for what a document must not do. */
async function openOutside(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'screening-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** The sound document, with a render frame that takes this very document for its configuration, and a command in it. */
function commanding(marker: string, changeFrame: (frame: string) => string = (text) => text): string {
  const renderFrame = changeFrame(
    `${imageFrame.replace('PTYPE="2"', 'PTYPE="9"').replace('/>', '>')}<LATEX ConfigFile="@document@" DPI="0" USE_PREAMBLE="1">x</LATEX></PAGEOBJECT>`,
  );
  return threePagesWith(frame, renderFrame).replace(
    '<DOCUMENT ',
    `<editorsettings description="x" icon="x"><executable command="/bin/sh -c &quot;touch ${marker}&quot;"/>` +
      '<imagefile extension=".png"/></editorsettings><DOCUMENT ',
  );
}

async function renderAt(opened: RendererUnderTest, text: string): Promise<void> {
  const scratch = await opened.scratchSpace.open();
  onTestFinished(() => scratch.close());
  const { inputDirectory, outputDirectory } = scratch;
  const { name } = documentOf('');
  await writeFile(join(inputDirectory, name), text.replaceAll('@document@', join(inputDirectory, name)));
  await opened.renderer.render({
    inputDirectory,
    outputDirectory,
    document: name,
    // Images of the pages first: they give the command time.
    renditions: [{ kind: 'png', dpi: 150 }, { kind: 'pdf' }],
    failOn: [],
  });
}

/** Renders without screening until the document has done its harm: a command is killed with its Scribus, if it is late. */
async function doesHarm(text: string, marker: string): Promise<boolean> {
  const trusting = await openRendererForTest({ screening: 'off', sandbox: 'off' });
  for (let attempt = 0; attempt < 10 && !existsSync(marker); attempt++) {
    await renderAt(trusting, text).catch(() => undefined);
  }
  return existsSync(marker);
}

const utf7 = (text: string): string => text.replaceAll('+', '+-');

it.each([
  { how: 'PTYPE="9"', change: (text: string) => text, reason: 'render-frame' },
  { how: 'PTYPE=" +09"', change: (text: string) => text.replace('PTYPE="9"', 'PTYPE=" +09"'), reason: 'render-frame' },
  {
    how: 'a character reference',
    change: (text: string) => text.replace('PTYPE="9"', 'PTYPE="&#57;"'),
    reason: 'render-frame',
  },
  {
    how: 'prefixed elements',
    change: (text: string) =>
      text.replaceAll('PAGEOBJECT', 'x:PAGEOBJECT').replace('<x:PAGEOBJECT ', '<x:PAGEOBJECT xmlns:x="y" '),
    reason: 'namespace',
  },
  {
    how: 'a master page',
    change: (text: string) => text.replaceAll('PAGEOBJECT', 'MASTEROBJECT'),
    reason: 'render-frame',
  },
])('keeps a command from being run, which a document hides as $how', async ({ change, reason }) => {
  const marker = join(await openOutside(), 'was-here');
  const document = commanding(marker, change);

  await expect(renderAt(await openRendererForTest(), document)).rejects.toMatchObject({
    code: 'UNSAFE_DOCUMENT',
    details: { reason },
  });
  expect(existsSync(marker)).toBe(false);

  expect(await doesHarm(document, marker), 'without screening the command is run').toBe(true);
});

it('keeps a command from being run, which a document hides in UTF-7', async () => {
  const marker = join(await openOutside(), 'was-here');
  const plain = utf7(commanding(marker, (text) => `@frame@${text}@end@`)).replace(/^\s*<\?xml[^>]*\?>\s*/, '');
  const document = `<?xml version="1.0" encoding="UTF-7"?>\n${plain.replace(/@frame@(.*)@end@/s, (_, text: string) => text.replaceAll('<', '+ADw-'))}`;

  await expect(renderAt(await openRendererForTest(), document)).rejects.toMatchObject({
    code: 'UNSAFE_DOCUMENT',
    details: { reason: 'encoding' },
  });
  expect(existsSync(marker)).toBe(false);

  expect(await doesHarm(document, marker), 'without screening the command is run').toBe(true);
});

it.each([
  { what: 'a script of the document', xml: `<JAVA NAME="a" SCRIPT="app.alert(1)"/>${imageFrame}` },
  {
    what: 'a script of a link',
    xml: imageFrame.replace(
      'PTYPE="2"',
      'PTYPE="4" ANNOTATION="1" ANTYPE="11" ANACTYP="0" ANAA="1" ANDACT="app.alert(1)"',
    ),
  },
])('keeps $what out of the PDF', async ({ xml }) => {
  const document = documentOf(threePagesWith(frame, xml), linkedImage);
  const screening = await openRendererForTest();
  const trusting = await openRendererForTest({ screening: 'off', sandbox: 'off' });

  await expect(screening.render(document)).rejects.toMatchObject({
    code: 'UNSAFE_DOCUMENT',
    details: { reason: 'javascript' },
  });

  const { scratch } = await trusting.render(document);
  const pdf = await readFile(join(scratch.outputDirectory, 'document.pdf'), 'latin1');
  expect(pdf, 'without screening it is in there').toContain('/JavaScript');
});

it('keeps a picture from outside of the input directory out of the PDF', async () => {
  const outside = join(await openOutside(), 'secret.png');
  await writeFile(outside, linkedImage['red.png']);
  const linking = documentOf(threePagesWith('PFILE="red.png"', `PFILE="${outside}"`));
  const drawing = documentOf(threePagesWith('PFILE="red.png"', 'PFILE="drawing.svg"'), {
    'drawing.svg': `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><image width="60" height="60" href="${outside}"/></svg>`,
  });
  const screening = await openRendererForTest();
  const trusting = await openRendererForTest({ screening: 'off', sandbox: 'off' });
  const code = 'UNSAFE_DOCUMENT';

  await expect(screening.render(linking)).rejects.toMatchObject({ code, details: { reason: 'path-outside' } });
  await expect(screening.render(drawing)).rejects.toMatchObject({ code, details: { reason: 'svg-reference' } });

  // An image that can't be read is a finding, and a failure: that there is none shows that it was read.
  await expect(trusting.render(linking)).resolves.toMatchObject({ result: { findings: [] } });
});

it('keeps an embedded image from being written to a place that its extension chooses', async () => {
  const image = linkedImage['red.png'];
  const length = Buffer.alloc(4);
  length.writeUInt32BE(image.length);
  const data = Buffer.concat([length, deflateSync(image)]).toString('base64');
  const outside = await openOutside();
  const escaping = imageFrame.replace(
    'PFILE="red.png"',
    `isInlineImage="1" ImageData="${data}" inlineImageExt="${'/..'.repeat(12)}${outside}/written"`,
  );
  const document = documentOf(threePagesWith(frame, escaping));

  await expect((await openRendererForTest()).render(document, { failOn: [] })).rejects.toMatchObject({
    code: 'UNSAFE_DOCUMENT',
    details: { reason: 'image-extension' },
  });
  expect(await readdir(outside)).toEqual([]);

  await (await openRendererForTest({ screening: 'off', sandbox: 'off' })).render(document, { failOn: [] });
  expect(await readdir(outside), 'without screening it is there').toEqual([expect.stringMatching(/^written/)]);
});
