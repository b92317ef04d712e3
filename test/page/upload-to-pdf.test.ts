import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { documents } from '../../packages/scribus-runner/test/fixtures/documents.ts';
import { chooseFiles, filesOf, programmeFolder, zipProgramme } from './support/hand-in.ts';
import { holdPageImages } from './support/hold-page-images.ts';
import { openPage, openShop, useBrowserAndScribus } from './support/open-page.ts';

useBrowserAndScribus();

test('a collected zip becomes pages and a PDF, and a reload shows the same', async () => {
  const { page, shop } = await openPage();
  await page.getByLabel('Reference').first().fill('Order 4711');
  await chooseFiles(page, await zipProgramme());
  const download = page.getByRole('button', { name: /^Download PDF/ });
  await download.waitFor();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('lakeside-concerts.zip');
  await page.getByText('2 pages, no faults found').waitFor();
  expect(await sizesOfPageImages(page, 2)).toEqual(['560 x 794', '560 x 794']);
  const history = await page.getByRole('region', { name: 'History' }).getByRole('listitem').allTextContents();

  const saved = page.waitForEvent('download');
  await download.click();
  const pdf = await saved;
  expect(pdf.suggestedFilename()).toBe('lakeside-concerts.pdf');
  const { jobs } = await shop.pipeline().list({ tenant: 'print-shop' });
  expect(jobs).toMatchObject([{ status: 'completed', reference: 'Order 4711', lane: 'interactive' }]);
  const output = jobs[0]?.outputs.find(({ name }) => name === 'document.pdf');
  const bytes = await readFile(await pdf.path());
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(output?.artifact.sha256);

  await page.reload();
  await download.waitFor();
  expect(await sizesOfPageImages(page, 2)).toEqual(['560 x 794', '560 x 794']);
  expect(await page.getByRole('region', { name: 'History' }).getByRole('listitem').allTextContents()).toEqual(history);
  await page.getByText('Order 4711').waitFor();
});

test('page images appear one by one while the job goes on', async () => {
  const { around, letGo } = holdPageImages(2);
  const shop = await openShop({ aroundArtifactStore: around });
  const { page } = await openPage({ shop });
  await chooseFiles(page, filesOf(documents.sound));
  await page.getByRole('button', { name: 'Enlarge page 2' }).waitFor();
  const pages = page.getByRole('region', { name: 'Pages' }).getByRole('listitem');
  expect(await pages.count()).toBe(3);
  expect(await page.getByRole('button', { name: /^Enlarge page/ }).count()).toBe(2);
  expect(await page.getByText('Running').count()).toBe(1);
  letGo();
  await page.getByRole('button', { name: 'Enlarge page 3' }).waitFor();
  await page.getByRole('button', { name: /^Download PDF/ }).waitFor();
});

test('a folder is handed in with what lies in it, dropped or chosen', async () => {
  const { page, context, shop } = await openPage();
  const session = await context.newCDPSession(page);
  const data = { items: [], files: [programmeFolder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 200, data });
  }
  await page.getByText('Drop to hand in').waitFor();
  await session.send('Input.dispatchDragEvent', { type: 'drop', x: 300, y: 200, data });
  await page.getByRole('button', { name: /^Download PDF/ }).waitFor();
  await page.getByText('with 6 files beside it').waitFor();

  await page.getByRole('link', { name: '← All jobs' }).click();
  await chooseFiles(page, programmeFolder, 'Choose a folder');
  await page.getByText('with 6 files beside it').waitFor();
  await page.getByRole('button', { name: /^Download PDF/ }).waitFor();
  const { jobs } = await shop.pipeline().list({ tenant: 'print-shop' });
  const names = jobs.map(({ assets }) => assets.map(({ name }) => name).toSorted());
  expect(names).toEqual([names[1], names[0]]);
  expect(names[0]).toContain('images/lake-at-dusk.png');
});

test('of several documents each is a job', async () => {
  const { page } = await openPage();
  const [document, ...beside] = filesOf(documents.sound);
  if (document === undefined) throw new Error('The fixture has no file.');
  await chooseFiles(page, [{ ...document, name: 'one.sla' }, { ...document, name: 'two.sla' }, ...beside]);
  await page.getByRole('link', { name: 'one.sla' }).waitFor();
  await page.getByRole('link', { name: 'two.sla' }).waitFor();
  expect(await page.getByRole('status').textContent()).toBe('2 documents were handed in.');
  await page.getByRole('table').getByText('Done').nth(1).waitFor();
});

/** Waits until so many page images have been drawn, and tells their sizes. */
async function sizesOfPageImages(page: Page, count: number): Promise<string[]> {
  const shown = page.getByRole('button', { name: /^Enlarge page/ }).locator('img');
  await shown.nth(count - 1).waitFor();
  return await shown.evaluateAll(async (images) => {
    await Promise.all(images.map((image) => (image as HTMLImageElement).decode()));
    return images.map((image) => {
      const { naturalWidth, naturalHeight } = image as HTMLImageElement;
      return `${naturalWidth} x ${naturalHeight}`;
    });
  });
}
