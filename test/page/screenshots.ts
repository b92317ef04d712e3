// Takes the screenshots for the guide, in light and in dark colours: `npm run screenshots`.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createScribusRenderer } from '@pubpipe/scribus-runner';
import type { Browser, Page } from 'playwright-core';
import buildPage from './support/build-page.ts';
import { chooseFiles, programmeFolder } from './support/hand-in.ts';
import { holdPageImages } from './support/hold-page-images.ts';
import { openBrowser, openWindow, signIn } from './support/open-browser.ts';
import { type PrintShop, startPrintShop } from './support/start-print-shop.ts';

type Colors = 'light' | 'dark';

const images = join(import.meta.dirname, '../../docs/guide/images');
const ticketsFolder = join(import.meta.dirname, '../../examples/documents/lakeside-tickets');
const templates = '/usr/share/scribus/templates';
const viewport = { width: 1280, height: 860 };
const maxBytes = 150_000;
const quality = 82;

await buildPage();
await mkdir(images, { recursive: true });
const renderer = createScribusRenderer();
const browser = await openBrowser();
try {
  await renderer.warmUp();
  for (const colors of ['light', 'dark'] as const) await takeAll(browser, colors);
} finally {
  await browser.close();
  await renderer.close();
}

async function takeAll(inBrowser: Browser, colors: Colors): Promise<void> {
  // Two of the programme, the photo that the newsletter links, and two of the newsletter's: its other pages wait.
  const { around, letGo } = holdPageImages(5);
  const shop = await startPrintShop({ renderer, aroundArtifactStore: around });
  const window = await openWindow(inBrowser, shop.address, {
    viewport,
    colorScheme: colors,
    reducedMotion: 'reduce',
  });
  try {
    await takeViews(window.page, shop, { colors, letGo });
    if (window.misdeeds.length > 0) throw new Error(window.misdeeds.join('\n'));
  } finally {
    letGo();
    await window.context.close();
    await shop.close();
  }
}

interface Taking {
  readonly colors: Colors;
  readonly letGo: () => void;
}

async function takeViews(page: Page, shop: PrintShop, { colors, letGo }: Taking): Promise<void> {
  await signIn(page, shop.key);
  await refer(page, 'Order 4711');
  await chooseFiles(page, programmeFolder, 'Choose a folder');
  await page.getByRole('button', { name: /^Download PDF/ }).waitFor();
  await pageImages(page, 2);
  await take(page, `page-done-${colors}`);

  await goToList(page);
  await refer(page, 'Spring issue');
  const newsletter = ['nl1.sla.gz', 'kites.jpg'].map((name) => join(templates, 'nl1', name));
  await chooseFiles(page, newsletter);
  await pageImages(page, 2);
  await take(page, `page-running-${colors}`);
  letGo();
  await page.getByRole('button', { name: /^Download PDF/ }).waitFor();

  await goToList(page);
  await refer(page, 'Order 4712');
  await chooseFiles(page, join(templates, 'nl2', 'nl2.sla.gz'));
  await page.getByText('This job has failed').waitFor();
  await page.getByText(/^4 pages, 9 errors/).waitFor();
  await take(page, `page-failed-${colors}`);

  await goToList(page);
  await refer(page, 'Guests of the evening');
  await page.getByLabel(/^Fill the document with the records/).check();
  await chooseFiles(
    page,
    ['lakeside-tickets.sla', 'guests.csv'].map((name) => join(ticketsFolder, name)),
  );
  await page.getByText(/^(Every file was made|Failed after)/).waitFor();
  await page
    .getByRole('button', { name: /^Enlarge page 1 of Record/ })
    .first()
    .locator('img')
    .waitFor();
  await take(page, `page-merge-${colors}`);
  await goToList(page);
  await page.getByLabel(/^Fill the document with the records/).uncheck();
  await refer(page, '');
  await chooseFiles(page, join(templates, 'cover1', 'cover1.sla.gz'));
  await page.getByRole('button', { name: /^Download PDF/ }).waitFor();
  await goToList(page);
  await shop.stopWorker();
  await chooseFiles(page, join(templates, 'buscard1', 'buscard1.sla.gz'));
  await page.getByText('Waiting for a free place').waitFor();
  await goToList(page);
  await page.getByRole('link', { name: 'buscard1.sla.gz' }).waitFor();
  await take(page, `page-list-${colors}`);
}

async function goToList(page: Page): Promise<void> {
  await page.getByRole('link', { name: '← All jobs' }).click();
  await page.getByRole('table').waitFor();
}

async function refer(page: Page, reference: string): Promise<void> {
  await page.getByLabel('Reference').first().fill(reference);
}

async function pageImages(page: Page, count: number): Promise<void> {
  await page
    .getByRole('button', { name: `Enlarge page ${count}` })
    .locator('img')
    .waitFor();
}

/** As WebP, which Playwright by itself does not make. */
async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  await page.mouse.move(0, 0);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality });
  await session.detach();
  const bytes = Buffer.from(data, 'base64');
  if (bytes.byteLength > maxBytes) throw new Error(`${name} has ${bytes.byteLength} bytes, more than ${maxBytes}.`);
  const file = join(images, `${name}.webp`);
  await writeFile(file, bytes);
  console.log(`${file}: ${bytes.byteLength} bytes`);
}
