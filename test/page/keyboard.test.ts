import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { zipProgramme } from './support/hand-in.ts';
import { openPage, useBrowserAndScribus } from './support/open-page.ts';

useBrowserAndScribus();

test('everything from the key to the PDF can be done with the keyboard alone', async () => {
  const { page, shop } = await openPage({ signsIn: false });
  // The field is shown before it has the focus; what is typed in between is nobody's.
  await expect.poll(() => focused(page)).toBe('API key');
  await page.keyboard.type(shop.key);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Choose files' }).waitFor();

  // Well before the key is pressed: until the browser knows of it, a chooser opens unseen.
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Tab');
  await tabTo(page, 'Choose files');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(await zipProgramme());

  await page.getByRole('heading', { name: 'lakeside-concerts.zip' }).waitFor();
  await expect.poll(() => focused(page)).toBe('lakeside-concerts.zip');
  await page.getByRole('button', { name: /^Download PDF/ }).waitFor();
  await tabTo(page, 'Download PDF');
  const saved = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  expect((await saved).suggestedFilename()).toBe('lakeside-concerts.pdf');

  await page.getByRole('button', { name: 'Enlarge page 2' }).waitFor();
  await tabTo(page, 'Enlarge page 1');
  await page.keyboard.press('Enter');
  await page.getByRole('img', { name: 'Page 1' }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('img', { name: 'Page 2' }).waitFor();
  expect(await page.getByRole('heading', { name: 'Page 2 of 2' }).count()).toBe(1);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await focused(page)).toBe('Enlarge page 1');

  await tabTo(page, '← All jobs', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('table').waitFor();
  expect(await page.title()).toBe('Print jobs');
  expect(await focused(page)).toBe('Print jobs');
});

test('the content can be reached at once, and a filter by the arrow keys', async () => {
  const { page } = await openPage();
  await page.reload();
  await page.getByText('No jobs yet').waitFor();
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Choose files');
  await tabTo(page, 'All');
  await page.keyboard.press('ArrowRight');
  expect(await page.getByRole('radio', { name: 'Waiting' }).isChecked()).toBe(true);
  await page.getByText('No job is like that').waitFor();
  expect(new URL(page.url()).hash).toBe('#/?status=queued');
});

/** Presses Tab until the focus is on what has this name, no more often than there can be places. */
async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let count = 0; count < 30; count += 1) {
    const at = await focused(page);
    if (at.startsWith(name)) return;
    passed.push(at);
    await page.keyboard.press(key);
  }
  throw new Error(`The focus did not come to "${name}", only to: ${passed.join(', ')}`);
}

async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const { activeElement: element } = document;
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : undefined;
    return (element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? '').trim();
  });
}
