import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { type EmbeddedImage, inspectEmbeddedImage } from './embedded-content.ts';

const { signal } = new AbortController();
const at = { element: 'PAGEOBJECT', line: 7 };
const write = (content: Buffer) => Buffer.concat([Buffer.alloc(4), deflateSync(content)]).toString('base64');
const inspect = (image: Omit<EmbeddedImage, 'at'>, leftBytes = 2 ** 30, within = signal) =>
  inspectEmbeddedImage({ ...image, at }, { leftBytes }, within);
const unsafe = (reason: string) => ({ code: 'UNSAFE_DOCUMENT', details: { reason, ...at } });

const postScript = (length: number) =>
  Buffer.concat([Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\n'), Buffer.alloc(length, 32)]);

it('leaves room for others while it looks into a large image', async () => {
  let turns = 0;
  const count = () => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);

  await inspect({ data: write(postScript(2 ** 26)), as: 'postscript' });

  clearImmediate(next);
  expect(turns).toBeGreaterThan(100);
});

it('bounds what the images of a document unpack to together', async () => {
  const budget = { leftBytes: 3000 };
  const image = { data: write(postScript(1500)), as: 'postscript', at } as const;

  await inspectEmbeddedImage(image, budget, signal);

  await expect(inspectEmbeddedImage(image, budget, signal)).rejects.toMatchObject(unsafe('limit'));
});

it.each([
  ['drawing', 16],
  ['postscript', 128],
] as const)('bounds what a %s unpacks to', async (as, mebibytes) => {
  const data = write(Buffer.concat([Buffer.from('<svg>'), Buffer.alloc(mebibytes * 2 ** 20, 32)]));

  await expect(inspect({ data, as })).rejects.toMatchObject(unsafe('image-data'));
});

// Qt passes over what is no base64 and goes on, others end there: what follows would not be looked at.
it.each([
  ['a padding in the middle', (data: string) => `AAAA====${data}`],
  ['a padding where a piece ends', (data: string) => `${'A'.repeat(2 ** 18 - 2)}==${data}`],
  ['other characters', (data: string) => `${data.slice(0, 40)}-${data.slice(40)}`],
])('refuses an image with %s', async (_, change) => {
  const data = change(write(postScript(10)));

  for (const as of ['drawing', 'postscript'] as const) {
    await expect(inspect({ data, as })).rejects.toMatchObject(unsafe('image-data'));
  }
});

it('finds the plate of an image that is written with spaces in odd places, and is read in pieces', async () => {
  const noise = Buffer.from(Array.from({ length: 500_000 }, (_, index) => 33 + ((index * index) % 89)));
  const data = write(Buffer.concat([postScript(0), noise, Buffer.from('\n%%CyanPlate: ../x\n')]));

  await expect(inspect({ data: data.replace(/(.{1,77})/g, '$1 \n'), as: 'postscript' })).rejects.toMatchObject(
    unsafe('plate-outside'),
  );
});

it('stops when it is told to', async () => {
  const reason = new Error('The customer has left.');

  await expect(
    inspect({ data: write(postScript(10)), as: 'postscript' }, 2 ** 30, AbortSignal.abort(reason)),
  ).rejects.toThrow();
});
