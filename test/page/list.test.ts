import { expect, test } from 'vitest';
import { documents } from '../../packages/scribus-runner/test/fixtures/documents.ts';
import { uploadDocument } from '../integration/support/upload-document.ts';
import { openPage, useBrowserAndScribus } from './support/open-page.ts';
import type { PrintShop } from './support/start-print-shop.ts';

useBrowserAndScribus();

const tenant = 'print-shop';

/** Submits jobs as another application of the tenant does. */
async function submitJobs({ pipeline }: PrintShop, references: readonly string[]): Promise<void> {
  const ofTenant = {
    upload: (content: Parameters<ReturnType<typeof pipeline>['upload']>[0]) =>
      pipeline().upload({ ...content, tenant }),
  };
  const request = await uploadDocument(ofTenant, documents.sound);
  for (const reference of references) {
    await pipeline().submit({ ...request, tenant, reference, renditions: [{ kind: 'pdf' }] });
  }
}

test('jobs that others submit appear by themselves, and a status and a reference filter them', async () => {
  const { page, shop } = await openPage();
  await shop.stopWorker();
  await page.getByText('No jobs yet').waitFor();
  await submitJobs(shop, ['Order 1', 'Order 2']);
  const rows = page.getByRole('table').getByRole('row');
  await page.getByRole('table').getByText('Order 2').waitFor();
  expect(await rows.count()).toBe(3);

  await page.getByRole('radio', { name: 'Done' }).check();
  await page.getByText('No job is like that').waitFor();
  shop.startWorker();
  await page.getByRole('table').getByText('Order 2').waitFor();
  await page.getByRole('table').getByText('Order 1').waitFor();

  const search = page.getByRole('search');
  await search.getByLabel('Reference').fill('Order 1');
  await search.getByLabel('Reference').press('Enter');
  await page.getByRole('table').getByText('Order 2').waitFor({ state: 'detached' });
  expect(await rows.count()).toBe(2);

  await page.reload();
  await page.getByRole('table').getByText('Order 1').waitFor();
  expect(await page.getByRole('radio', { name: 'Done' }).isChecked()).toBe(true);
  expect(await search.getByLabel('Reference').inputValue()).toBe('Order 1');
  expect(await rows.count()).toBe(2);

  await search.getByLabel('Reference').fill('Order 9');
  await search.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('link', { name: 'Show all jobs' }).click();
  await page.getByRole('table').getByText('Order 2').waitFor();
});

test('a long list comes in parts, and stays whole when something happens', async () => {
  const { page, shop } = await openPage();
  await shop.stopWorker();
  await submitJobs(
    shop,
    Array.from({ length: 30 }, (_, index) => `Order ${index + 1}`),
  );
  await page.reload();
  const references = page.getByRole('table').locator('.reference');
  await page.getByText('Order 30', { exact: true }).waitFor();
  expect(await references.count()).toBe(25);
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('Order 1', { exact: true }).waitFor();
  await submitJobs(shop, ['Order 31']);
  await page.getByText('Order 31', { exact: true }).waitFor();
  const shown = await references.allTextContents();
  expect(new Set(shown).size).toBe(shown.length);
  expect(shown).toHaveLength(30);
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('Order 1', { exact: true }).waitFor();
  expect(await references.count()).toBe(31);
  expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
});
