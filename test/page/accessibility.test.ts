import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { documents } from '../../packages/scribus-runner/test/fixtures/documents.ts';
import { violations } from './support/axe-violations.ts';
import { chooseFiles, filesOf } from './support/hand-in.ts';
import { openPage, useBrowserAndScribus } from './support/open-page.ts';

useBrowserAndScribus();

test.each(['light', 'dark'] as const)(
  'no view goes against WCAG 2.2 AA or good practice in %s colours',
  async (colorScheme) => {
    const { page, shop } = await openPage({ signsIn: false, context: { colorScheme, reducedMotion: 'reduce' } });
    await page.getByLabel('API key').fill('a-wrong-key');
    await page.getByLabel('API key').press('Enter');
    await page.getByText('The server does not accept this key.').waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByLabel('API key').fill(shop.key);
    await page.getByLabel('API key').press('Enter');
    await page.getByText('No jobs yet').waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByLabel(/^Make the PDF despite faults/).check();
    await chooseFiles(page, filesOf(documents.missingImage));
    await page.getByRole('button', { name: /^Download PDF/ }).waitFor();
    await page.getByRole('button', { name: 'Enlarge page 3' }).waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Enlarge page 1' }).click();
    await page.getByRole('img', { name: 'Page 1' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: '← All jobs' }).click();
    await page.getByLabel(/^Make the PDF despite faults/).uncheck();
    await chooseFiles(page, filesOf(documents.missingImage));
    await page.getByText('This job has failed').waitFor();
    await page.getByText('3 pages, 1 error').waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByRole('link', { name: '← All jobs' }).click();
    await chooseFiles(page, filesOf(documents.endless));
    await page.getByText('Opening the document').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('button', { name: 'Try again' }).waitFor();

    await page.getByRole('link', { name: '← All jobs' }).click();
    await page.getByRole('table').waitFor();
    await shop.stop();
    await page.getByText('Reconnecting …').waitFor();
    await chooseFiles(page, filesOf(documents.sound));
    await page.getByRole('button', { name: 'Send again' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await shop.start();
  },
);

test('at 320 pixels, as at a zoom of 400 %, nothing has to be scrolled sideways', async () => {
  const { page, shop } = await openPage({ context: { viewport: { width: 320, height: 640 } } });
  expect(await overflow(page)).toBe(0);
  await chooseFiles(page, filesOf(documents.missingImage));
  await page.getByText('This job has failed').waitFor();
  expect(await overflow(page)).toBe(0);
  await page.getByRole('link', { name: '← All jobs' }).click();
  await page.getByRole('table').waitFor();
  await shop.stop();
  await page.getByText('Reconnecting …').waitFor();
  expect(await overflow(page)).toBe(0);
  await shop.start();
});

async function overflow(page: Page): Promise<number> {
  return await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
