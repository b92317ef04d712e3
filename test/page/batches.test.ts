import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { documents } from '../../packages/scribus-runner/test/fixtures/documents.ts';
import { readZip } from '../integration/support/read-zip.ts';
import { violations } from './support/axe-violations.ts';
import { chooseFiles, filesOf } from './support/hand-in.ts';
import { openPage, openShop, useBrowserAndScribus } from './support/open-page.ts';

useBrowserAndScribus();

/** Three documents in one go. */
const names = ['one.sla', 'two.sla', 'three.sla'];
const [document, ...beside] = filesOf(documents.sound);
const three = [...names.flatMap((name) => (document === undefined ? [] : [{ ...document, name }])), ...beside];

/** Presses a button and answers where the browser has saved what came. */
async function download(page: Page, button: string) {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const saved = await coming;
  return { name: saved.suggestedFilename(), path: await saved.path() };
}

test.each([
  ['with the key', undefined],
  ['by a link that needs none', { secrets: ['a secret of at least thirty-two bytes'] }],
] as const)('several documents are one batch, which is fetched as a zip and as one PDF %s', async (_, signedLinks) => {
  const { page } = await openPage({ shop: await openShop({ signedLinks }) });
  await chooseFiles(page, three);
  await page.getByRole('heading', { name: /^3 documents, / }).waitFor();
  await page.getByText('3 Done').waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await page.getByRole('table').getByRole('row').count()).toBe(4);

  const zip = await download(page, 'Download all as a zip');
  expect(zip.name).toMatch(/^3 documents, .*\.zip$/);
  const files = (await readZip(createReadStream(zip.path))).map(({ name }) => name.replace(/^.*\//, ''));
  const made = ['document.pdf', 'page-0001.jpg', 'page-0002.jpg', 'page-0003.jpg'];
  expect(files).toEqual([...made, ...made, ...made, 'manifest.json']);
  const pdf = await download(page, 'Download as one PDF');
  expect(pdf.name).toMatch(/^3 documents, .*\.pdf$/);
  expect(String(await readFile(pdf.path, 'latin1')).slice(0, 5)).toBe('%PDF-');

  await page.getByRole('table').getByRole('link', { name: 'two.sla' }).click();
  await page.getByRole('heading', { name: 'two.sla' }).waitFor();
  await page.getByRole('link', { name: /^3 documents, / }).click();
  await page.getByText('3 Done').waitFor();
  await page.reload();
  await page.getByText('3 Done').waitFor();
});

test('what goes on of a batch is cancelled at once', async () => {
  const { page, shop } = await openPage();
  await shop.stopWorker();
  await chooseFiles(page, three);
  await page.getByText('3 Waiting').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Cancel all' }).click();
  await page.getByText('3 Cancelled').waitFor();
  expect(await page.getByRole('button', { name: 'Cancel all' }).count()).toBe(0);
  expect(await page.getByRole('button', { name: /^Download/ }).count()).toBe(0);
});
