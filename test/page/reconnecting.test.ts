import { expect, test } from 'vitest';
import { documents } from '../../packages/scribus-runner/test/fixtures/documents.ts';
import { chooseFiles, filesOf } from './support/hand-in.ts';
import { openPage, useBrowserAndScribus } from './support/open-page.ts';

useBrowserAndScribus();

test('when the server has been started again the page goes on by itself, without a gap or a repeat', async () => {
  const { page, shop } = await openPage();
  await shop.stopWorker();
  await chooseFiles(page, filesOf(documents.sound));
  await page.getByText('Waiting for a free place').waitFor();
  const lastEventIds: (string | undefined)[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/print/events')) lastEventIds.push(request.headers()['last-event-id']);
  });

  await shop.stop();
  await page.getByText('Reconnecting …').waitFor();
  await page.getByRole('status').getByText('The connection to the server is lost.').waitFor();
  await page.getByText('Waiting for a free place').waitFor();

  await shop.start();
  await page.getByText('Live', { exact: true }).waitFor();
  await page
    .getByRole('status')
    .getByText(/is back|is done/)
    .waitFor();
  await page.getByRole('button', { name: /^Download PDF/ }).waitFor();
  await page.getByRole('button', { name: 'Enlarge page 3' }).waitFor();
  // The position that the stream began with, before the first event.
  expect(lastEventIds.length).toBeGreaterThan(0);
  expect(lastEventIds.every((id) => id !== undefined && /^\d+$/.test(id))).toBe(true);

  const [job] = (await shop.pipeline().list({ tenant: 'print-shop' })).jobs;
  if (job === undefined) throw new Error('The job is gone.');
  const events = await shop.pipeline().events(job);
  const previews = events.filter(({ type }) => type === 'preview');
  const history = page.getByRole('region', { name: 'History' }).getByRole('listitem');
  await expect.poll(async () => (await history.allTextContents()).at(-1)).toMatch(/Done$/);
  const shown = await history.allTextContents();
  expect(shown.filter((text) => text.includes('Image of page'))).toHaveLength(previews.length);
  expect(shown.filter((text) => text.includes('Handed in'))).toHaveLength(1);
  expect(shown.filter((text) => text.includes('Attempt 1 begins'))).toHaveLength(1);
});

test('a connection that stays silent is given up, and another one is made', async () => {
  const { page } = await openPage();
  const opened: string[] = [];
  page.on('request', (request) => request.url().endsWith('/print/events') && opened.push(request.url()));
  await page.clock.install();
  await page.reload();
  await page.getByText('Live', { exact: true }).waitFor();
  expect(opened).toHaveLength(1);
  // Of the signs of life, which come by the server's clock, none has come in that time.
  await page.clock.fastForward(46_000);
  await expect.poll(() => opened.length).toBe(2);
  await page.clock.fastForward(20_000);
  await page.getByText('Live', { exact: true }).waitFor();
});

test('a page image that could not be fetched is there once the server is, and leaves the memory with its page', async () => {
  const { page, shop, context } = await openPage();
  await context.addInitScript(() => {
    const [create, revoke] = [URL.createObjectURL.bind(URL), URL.revokeObjectURL.bind(URL)];
    const urls = new Set<string>();
    Object.assign(window, { heldUrls: urls });
    URL.createObjectURL = (content) => {
      const url = create(content);
      urls.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      urls.delete(url);
      revoke(url);
    };
  });
  await page.reload();
  const heldUrls = () => page.evaluate(() => (window as unknown as { heldUrls: Set<string> }).heldUrls.size);
  await page.route('**/artifacts/*/content', (route) => route.abort());
  await chooseFiles(page, filesOf(documents.sound));
  await page.getByRole('button', { name: /^Download PDF/ }).waitFor();
  await page.getByText("The image can't be fetched").nth(2).waitFor();
  await page.unroute('**/artifacts/*/content');
  await shop.stop();
  await page.getByText('Reconnecting …').waitFor();
  await shop.start();
  await page.getByRole('button', { name: 'Enlarge page 3' }).waitFor();
  await expect.poll(heldUrls).toBe(3);
  await page.getByRole('link', { name: '← All jobs' }).click();
  await expect.poll(heldUrls).toBe(0);
});
