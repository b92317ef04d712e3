import { expect, test } from 'vitest';
import { documents } from '../../packages/scribus-runner/test/fixtures/documents.ts';
import { chooseFiles, filesOf } from './support/hand-in.ts';
import { openPage, useBrowserAndScribus } from './support/open-page.ts';

useBrowserAndScribus();

test('a render that would never end is cancelled, tried again, and cancelled once more', async () => {
  const { page, shop } = await openPage();
  await chooseFiles(page, filesOf(documents.endless));
  await page.getByText('Opening the document').waitFor();
  const cancel = page.getByRole('button', { name: 'Cancel', exact: true });
  await cancel.click();
  const again = page.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  // Who works with the keyboard is where they were.
  expect(await again.evaluate((button) => button === document.activeElement)).toBe(true);
  await page.getByRole('status').getByText('document.sla was cancelled.').waitFor();
  await page.getByRole('region', { name: 'History' }).getByText('Cancelled').waitFor();

  await again.click();
  await page.getByText('Attempt 2 begins').waitFor();
  await cancel.click();
  await again.waitFor();
  const { jobs } = await shop.pipeline().list({ tenant: 'print-shop' });
  expect(jobs).toMatchObject([{ status: 'cancelled', attempt: 2, outputs: [] }]);
});

test('a job that waits is cancelled in the list', async () => {
  const { page, shop } = await openPage();
  await shop.stopWorker();
  await chooseFiles(page, filesOf(documents.sound));
  await page.getByText('Waiting for a free place').waitFor();
  await page.getByRole('link', { name: '← All jobs' }).click();
  await page.getByRole('button', { name: 'Cancel: document.sla' }).click();
  await page.getByRole('button', { name: 'Try again: document.sla' }).waitFor();
  await page.getByRole('table').getByText('Cancelled').waitFor();
  const { jobs } = await shop.pipeline().list({ tenant: 'print-shop' });
  expect(jobs).toMatchObject([{ status: 'cancelled', attempt: 0 }]);
});

test('a cancellation that does not reach the server is told, and what was done elsewhere is seen once it is back', async () => {
  const { page, shop } = await openPage();
  await shop.stopWorker();
  await chooseFiles(page, filesOf(documents.sound));
  const cancel = page.getByRole('button', { name: 'Cancel', exact: true });
  await cancel.waitFor();
  // What is open stays open, so that news come; but nothing can be asked.
  await page.context().setOffline(true);
  const { jobs } = await shop.pipeline().list({ tenant: 'print-shop' });
  await shop.pipeline().cancel({ id: jobs[0]?.id ?? '', tenant: 'print-shop' });
  await cancel.click();
  await page.getByRole('status').getByText("The server can't be reached.").waitFor();
  expect(await cancel.count()).toBe(1);
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  expect(await cancel.count()).toBe(0);
});
