import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { readZip } from '../integration/support/read-zip.ts';
import { violations } from './support/axe-violations.ts';
import { chooseFiles } from './support/hand-in.ts';
import { openPage, useBrowserAndScribus } from './support/open-page.ts';
import type { PrintShop } from './support/start-print-shop.ts';

useBrowserAndScribus();

const tenant = 'print-shop';
const fixtures = join(import.meta.dirname, '../../packages/scribus-runner/test/fixtures');
const people = `name,title,photo,colour
Anna,Dr.,red.png,Black
Bert,,missing.png,Black
"<b>Cléo</b> & ""Söhne""",,,Black
Dora,,red.png,<i>Nowhere</i>
`;

/** Submits a merge as another application of the tenant does. */
async function submitMerge(
  { pipeline }: PrintShop,
  { template, csv, ...request }: { readonly template: string; readonly csv: string; readonly [field: string]: unknown },
) {
  const upload = async (fileName: string, content: Uint8Array) => {
    const source = (async function* () {
      yield content;
    })();
    return (await pipeline().upload({ tenant, fileName, content: source })).id;
  };
  const { job } = await pipeline().submit({
    type: 'merge',
    tenant,
    template: await upload(template, await readFile(join(fixtures, 'merge', template))),
    data: { artifact: await upload('people.csv', Buffer.from(csv)) },
    assets: [
      { name: 'images/red.png', artifact: await upload('red.png', await readFile(join(fixtures, 'red-150.png'))) },
    ],
    ...request,
  });
  return job;
}

async function openJob(page: Page, template: string): Promise<void> {
  await page.getByRole('link', { name: template }).click();
  await page.getByRole('heading', { level: 1, name: template }).waitFor();
}

/** Presses a button and answers what the browser has saved. */
async function download(page: Page, button: string | RegExp) {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const saved = await coming;
  return { name: saved.suggestedFilename(), path: await saved.path() };
}

const recordsOf = (page: Page) => page.getByRole('region', { name: 'Records' });

test.each(['light', 'dark'] as const)(
  'of a merge with records that failed the others are there, and what is wrong is said in words, in %s colours',
  async (colorScheme) => {
    const { page, shop } = await openPage({ context: { colorScheme, reducedMotion: 'reduce' } });
    const proofs = { records: [3], dpi: 72 };
    await submitMerge(shop, { template: 'card.sla', csv: people, name: '%VAR_name%', proofs });
    await openJob(page, 'card.sla');
    await page.getByText('This job has failed').waitFor();
    await page.getByText('RECORDS_FAILED').waitFor();
    const records = recordsOf(page);
    await records.getByText('2 of 4 records made, 2 failed').waitFor();
    const cards = records.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3 }) });
    await expect.poll(() => cards.count()).toBe(4);
    const [anna, bert, cleo, dora] = [0, 1, 2, 3].map((index) => cards.nth(index));
    expect(await anna?.textContent()).toMatch(/^Record 1AnnaMadeDownload Anna\.pdf/);
    expect(await bert?.textContent()).toContain('Record 2BertFailed');
    expect(await bert?.textContent()).toContain('PREFLIGHT_FAILED');
    expect(await bert?.getByRole('listitem').textContent()).toMatch(
      /^Error The image "images\/missing\.png" .*is missing\.$/,
    );
    expect(await dora?.textContent()).toMatch(/Record 4DoraFailed.*<i>Nowhere<\/i>.*RECORD_INVALID/);
    expect(await dora?.getByRole('button').count()).toBe(0);

    const proof = cleo?.getByRole('button', { name: 'Enlarge page 1 of Record 3' });
    await proof?.locator('img').waitFor();
    expect(await violations(page)).toEqual([]);
    await proof?.click();
    await page.getByRole('heading', { name: 'Record 3: Page 1 of 1' }).waitFor();
    await page.getByRole('img', { name: 'Page 1' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    await records.getByRole('radio', { name: 'Failed' }).check();
    await expect.poll(() => cards.count()).toBe(2);
    expect(await records.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['Record 2', 'Record 4']);
    await records.getByRole('radio', { name: 'Made' }).check();
    await expect
      .poll(() => records.getByRole('heading', { level: 3 }).allTextContents())
      .toEqual(['Record 1', 'Record 3']);

    const pdf = await download(page, /^Download Anna\.pdf/);
    const [job] = (await shop.pipeline().list({ tenant })).jobs;
    const [first] = (await shop.pipeline().records({ tenant, id: job?.id ?? '' })).records;
    const bytes = await readFile(pdf.path);
    expect([pdf.name, createHash('sha256').update(bytes).digest('hex')]).toEqual([
      'Anna.pdf',
      first?.files[0]?.artifact.sha256,
    ]);
    const report = await download(page, /^Download merge\.json/);
    expect(JSON.parse(await readFile(report.path, 'utf8'))).toMatchObject({ rendered: 2, failed: 2 });
    const zip = await download(page, 'Download all as a zip');
    const names = (await readZip(createReadStream(zip.path))).map(({ name }) => name);
    expect([zip.name, names]).toEqual(['card.zip', expect.arrayContaining(['Anna.pdf', 'manifest.json'])]);
    // Of half a book no PDF is made.
    expect(await page.getByRole('button', { name: 'Download as one PDF' }).count()).toBe(0);
  },
);

test('many records come in pages that are turned with the keyboard, and are joined to one PDF', async () => {
  const { page, shop } = await openPage({ context: { viewport: { width: 320, height: 640 } } });
  const rows = Array.from({ length: 30 }, (_, index) => `Dr.,Person ${index + 1},1,a@b,w,s,c`);
  const csv = `title,name,phone,email,web,street,city\n${rows.join('\n')}\n`;
  await submitMerge(shop, { template: 'business-card.sla', csv, failOn: [] });
  await openJob(page, 'business-card.sla');
  await page.getByText('Every file was made and checked').waitFor();
  const records = recordsOf(page);
  const titles = () => records.getByRole('heading', { level: 3 }).allTextContents();
  await records.getByText('Records 1 to 25').waitFor();
  expect(await titles()).toEqual(Array.from({ length: 25 }, (_, index) => `Record ${index + 1}`));

  const next = records.getByRole('button', { name: 'Next' });
  await next.focus();
  await page.keyboard.press('Enter');
  await records.getByText('Records 26 to 30').waitFor();
  expect(await titles()).toEqual(Array.from({ length: 5 }, (_, index) => `Record ${index + 26}`));
  expect(await next.getAttribute('aria-disabled')).toBe('true');
  expect(await next.evaluate((button) => button === document.activeElement)).toBe(true);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(
    0,
  );
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await records.getByText('Records 1 to 25').waitFor();

  const pdf = await download(page, 'Download as one PDF');
  expect([pdf.name, (await readFile(pdf.path, 'latin1')).slice(0, 5)]).toEqual(['business-card.pdf', '%PDF-']);
});

test('a template and its records are handed in as a merge, with one PDF of them all afterwards', async () => {
  const { page, shop } = await openPage();
  await page.getByLabel(/^Fill the document with the records/).check();
  const template = join(fixtures, 'merge', 'business-card.sla');
  await chooseFiles(page, template);
  await page
    .getByRole('region', { name: 'New job' })
    .getByText(/one document and one file of records/)
    .waitFor();

  const csv = 'title,name,phone,email,web,street,city\nDr.,Anna,1,a@b,w,s,c\n,Bert,2,b@c,w,s,c\n';
  const buffer = await readFile(template);
  await page.getByLabel(/^Make the PDF despite faults/).check();
  await chooseFiles(page, [
    { name: 'business-card.sla', mimeType: 'application/octet-stream', buffer },
    { name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) },
  ]);
  await page.getByRole('heading', { level: 1, name: 'business-card.sla' }).waitFor();
  await page.getByRole('status').getByText('business-card.sla is done.').waitFor();
  await page.getByRole('button', { name: 'Enlarge page 1 of Record 1' }).locator('img').waitFor();
  expect(
    await recordsOf(page)
      .getByRole('button', { name: /^Download [12]\.pdf/ })
      .count(),
  ).toBe(2);
  const { jobs } = await shop.pipeline().list({ tenant });
  expect(jobs).toMatchObject([{ type: 'merge', status: 'completed', input: { fileName: 'business-card.sla' } }]);
});

test('records appear while the merge goes on, and stay when it is cancelled', async () => {
  const { page, shop } = await openPage();
  const rows = Array.from({ length: 2_000 }, (_, index) => `Dr.,Person ${index + 1},1,a@b,w,s,c`);
  const csv = `title,name,phone,email,web,street,city\n${rows.join('\n')}\n`;
  await submitMerge(shop, { template: 'business-card.sla', csv, failOn: [] });
  await openJob(page, 'business-card.sla');
  await recordsOf(page)
    .getByRole('button', { name: /^Download/ })
    .first()
    .waitFor();
  const progress = page.getByRole('progressbar', { name: 'Records that have ended' });
  await expect.poll(async () => Number(await progress.getAttribute('value'))).toBeGreaterThan(0);
  expect(await progress.getAttribute('max')).toBe('2000');
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await recordsOf(page)
    .getByText(/^\d+ of 2,000 records made$/)
    .waitFor();
  expect(await recordsOf(page).getByRole('listitem').count()).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Download all as a zip' }).waitFor();
});
