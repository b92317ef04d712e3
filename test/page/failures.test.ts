import { expect, test } from 'vitest';
import { documents } from '../../packages/scribus-runner/test/fixtures/documents.ts';
import { chooseFiles, filesOf } from './support/hand-in.ts';
import { openPage, useBrowserAndScribus } from './support/open-page.ts';

useBrowserAndScribus();

test('a document that was cut off fails with a reason, an advice and its code, and screen readers are told', async () => {
  const { page } = await openPage();
  const [document] = filesOf(documents.sound);
  if (document === undefined) throw new Error('The fixture has no file.');
  await chooseFiles(page, { ...document, buffer: document.buffer.subarray(0, document.buffer.length / 2) });
  await page.getByText('This job has failed').waitFor();
  await page.getByText('DOCUMENT_TRUNCATED').waitFor();
  await page.getByText('Save it again and hand it in once more.').waitFor();
  await page.getByRole('status').getByText('document.sla has failed.').waitFor();
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(1);
  expect(await page.getByRole('button', { name: /^Download/ }).count()).toBe(0);
});

test('what the document check has found stands beside its page, with and without a PDF', async () => {
  const { page } = await openPage();
  await chooseFiles(page, filesOf(documents.missingImage));
  await page.getByText('PREFLIGHT_FAILED').waitFor();
  const pages = page.getByRole('region', { name: 'Pages' });
  const found = 'Error The image "images/logo & name.png" on page 1 is missing.';
  expect(await pages.getByRole('list').getByRole('listitem').first().textContent()).toBe(`No imagePage 1${found}`);

  await page.getByRole('link', { name: '← All jobs' }).click();
  await page.getByLabel(/^Make the PDF despite faults/).check();
  await chooseFiles(page, filesOf(documents.missingImage));
  await page.getByRole('button', { name: /^Download PDF/ }).waitFor();
  await page.getByText('3 pages, 1 error').waitFor();
  await page.getByRole('button', { name: 'Enlarge page 1' }).waitFor();
  expect(await pages.getByRole('list').getByRole('listitem').first().textContent()).toBe(`Page 1${found}`);
});

test('files without a document are refused before anything is sent', async () => {
  const { page } = await openPage();
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
  await chooseFiles(page, { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from('an image') });
  const refusal = page.getByRole('region', { name: 'New job' }).getByText(/no Scribus document among these files/);
  await refusal.waitFor();
  await page
    .getByRole('status')
    .getByText(/no Scribus document/)
    .waitFor();
  await chooseFiles(page, filesOf(documents.sound));
  await page.getByRole('button', { name: /^Download PDF/ }).waitFor();
  expect(sent.map((url) => new URL(url).pathname)).toEqual(['/print/artifacts', '/print/artifacts', '/print/jobs']);
});

test('an upload that does not reach the server says so, and is sent again when that is wanted', async () => {
  const { page, shop } = await openPage();
  await shop.stop();
  await chooseFiles(page, filesOf(documents.sound));
  const uploads = page.getByRole('region', { name: 'Uploads' });
  await uploads.getByText("The server can't be reached.").waitFor();
  await shop.start();
  await uploads.getByRole('button', { name: 'Send again' }).click();
  await page.getByRole('button', { name: /^Download PDF/ }).waitFor();
  const { jobs } = await shop.pipeline().list({ tenant: 'print-shop' });
  expect(jobs).toHaveLength(1);
});

test('an upload shows how far it is, and can be cancelled on the way', async () => {
  const { page, context, shop } = await openPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 };
  await session.send('Network.emulateNetworkConditions', slow);
  const [document, ...beside] = filesOf(documents.sound);
  if (document === undefined) throw new Error('The fixture has no file.');
  const large = { name: 'photo.tif', mimeType: 'image/tiff', buffer: Buffer.alloc(4_000_000) };
  await chooseFiles(page, [document, ...beside, large]);
  const progress = page.getByRole('progressbar', { name: 'Upload of document.sla' });
  await expect.poll(async () => Number(await progress.getAttribute('value'))).toBeGreaterThan(0);
  expect(Number(await progress.getAttribute('value'))).toBeLessThan(Number(await progress.getAttribute('max')));
  await page.getByRole('button', { name: 'Cancel: document.sla' }).click();
  await progress.waitFor({ state: 'detached' });
  const { jobs } = await shop.pipeline().list({ tenant: 'print-shop' });
  expect(jobs).toEqual([]);
});

test('of a job whose files are gone everything else is still shown', async () => {
  const { page, shop } = await openPage();
  await chooseFiles(page, filesOf(documents.sound));
  await page.getByRole('button', { name: 'Enlarge page 3' }).waitFor();
  await page.getByRole('button', { name: /^Download PDF/ }).waitFor();
  const [job] = (await shop.pipeline().list({ tenant: 'print-shop' })).jobs;
  for (const { artifact } of [...(job?.outputs ?? []), ...(job?.reports ?? [])]) {
    await shop.pipeline().removeArtifact(artifact);
  }
  await page.reload();
  await page.getByText('document.pdf: expired').waitFor();
  await page.getByText('There are no page images').waitFor();
  await page.getByRole('region', { name: 'History' }).getByText('Done').waitFor();
  expect(await page.getByRole('button', { name: /^Download/ }).count()).toBe(0);
});
