import { expect, test } from 'vitest';
import { openPage, openShop, useBrowserAndScribus } from './support/open-page.ts';

useBrowserAndScribus();

test('a key that is wrong is refused, and one that is right goes with each request in a header', async () => {
  const { page, shop } = await openPage({ signsIn: false });
  const key = page.getByLabel('API key');
  await key.fill('no key of ours');
  await key.press('Enter');
  await page.getByText('A key has neither spaces nor letters with accents.').waitFor();
  await key.fill('a-wrong-key');
  await key.press('Enter');
  await page.getByText('The server does not accept this key.').waitFor();
  expect(await key.evaluate((input) => input === document.activeElement)).toBe(true);

  const seen: { readonly url: string; readonly authorization: string | undefined }[] = [];
  page.on('request', (request) => {
    seen.push({ url: request.url(), authorization: request.headers()['authorization'] });
  });
  await key.fill(shop.key);
  await key.press('Enter');
  await page.getByText('No jobs yet').waitFor();
  expect(seen.length).toBeGreaterThanOrEqual(2);
  for (const { url, authorization } of seen) {
    expect(authorization).toBe(`Bearer ${shop.key}`);
    expect(url).not.toContain(shop.key);
  }
});

test('a key outlives a reload, and neither its tab nor a sign-out', async () => {
  const { page, context, shop } = await openPage();
  await page.reload();
  await page.getByText('No jobs yet').waitFor();
  expect(await page.evaluate(() => [localStorage.length, document.cookie])).toEqual([0, '']);

  const other = await context.newPage();
  await other.goto(shop.address);
  await other.getByLabel('API key').waitFor();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('API key').waitFor();
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  await page.reload();
  await page.getByLabel('API key').waitFor();
});

test('a key that is taken back ends the session', async () => {
  const { page } = await openPage();
  await page.route('**/print/**', (route) => route.fulfill({ status: 401, body: '{}' }));
  await page.getByRole('radio', { name: 'Failed' }).click();
  await page.getByText('The server does not accept this key.').waitFor();
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

test('where no key is needed none is asked for', async () => {
  const shop = await openShop({ isOpenToAll: true });
  const { page } = await openPage({ shop, signsIn: false });
  await page.getByText('No jobs yet').waitFor();
  expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
});
