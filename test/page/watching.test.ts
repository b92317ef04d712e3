import { expect, onTestFinished, test } from 'vitest';
import { createScriptedRenderer } from '../integration/support/scripted-renderer.ts';
import { openBrowser, openWindow } from './support/open-browser.ts';
import { startPrintShop } from './support/start-print-shop.ts';

test('what the page must not do is forbidden by its policy, and these tests notice it', async () => {
  const shop = await startPrintShop({ renderer: createScriptedRenderer(async () => {}) });
  onTestFinished(() => shop.close());
  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  const { page, misdeeds } = await openWindow(browser, shop.address);
  await page.getByLabel('API key').waitFor();
  expect(misdeeds).toEqual([]);

  const done = await page.evaluate(async () => {
    const outcomes: string[] = [];
    const attempt = async (name: string, work: () => unknown): Promise<void> => {
      const outcome = await Promise.resolve()
        .then(work)
        .then(() => 'done')
        .catch(() => 'refused');
      outcomes.push(`${name}: ${outcome}`);
    };
    const loaded = async (name: string, properties: Readonly<Record<string, string>>): Promise<void> => {
      const element = document.createElement(name);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      element.addEventListener('load', () => resolve());
      element.addEventListener('error', () => reject(new Error('not loaded')));
      Object.assign(element, properties);
      document.body.append(element);
      await promise;
    };
    await attempt('fetch', () => fetch('http://127.0.0.2:9/'));
    await attempt('image', () => loaded('img', { src: 'http://127.0.0.2:9/a.png' }));
    await attempt('script', () => loaded('script', { textContent: 'x = 1' }));
    await attempt('html', () => document.body.insertAdjacentHTML('beforeend', '<p>'));
    await attempt('handler', () => document.body.setAttribute('onclick', 'x = 1'));
    await attempt('style', () => loaded('style', { textContent: 'body { color: red }' }));
    return outcomes;
  });
  const refused = ['fetch', 'image', 'script', 'html', 'handler', 'style'].map((name) => `${name}: refused`);
  expect(done).toEqual(refused);
  const directives = misdeeds.filter((misdeed) => misdeed.startsWith('policy: ')).map((each) => each.split(' ')[1]);
  expect(new Set(directives)).toEqual(
    new Set(['connect-src', 'img-src', 'style-src-elem', 'require-trusted-types-for']),
  );
});
