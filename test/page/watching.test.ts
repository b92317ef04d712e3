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
    const add = (name: 'script' | 'style' | 'img' | 'iframe', change: (element: never) => void): Promise<unknown> => {
      const element = document.createElement(name);
      change(element as never);
      document.body.append(element);
      return new Promise((resolve, reject) => {
        element.addEventListener('load', resolve);
        element.addEventListener('error', reject);
      });
    };
    await attempt('fetch', () => fetch('http://127.0.0.2:9/'));
    await attempt('image', () =>
      add('img', (image: HTMLImageElement) => void (image.src = 'http://127.0.0.2:9/a.png')),
    );
    await attempt('script', () => add('script', (script: HTMLScriptElement) => void (script.textContent = 'x = 1')));
    await attempt('html', () => document.body.insertAdjacentHTML('beforeend', '<p>'));
    await attempt('handler', () => document.body.setAttribute('onclick', 'x = 1'));
    await add('style', (style: HTMLStyleElement) => void (style.textContent = 'body { color: red }')).catch(
      () => undefined,
    );
    return outcomes;
  });
  expect(done).toEqual(['fetch: refused', 'image: refused', 'script: refused', 'html: refused', 'handler: refused']);
  const directives = misdeeds.filter((misdeed) => misdeed.startsWith('policy: ')).map((each) => each.split(' ')[1]);
  expect(new Set(directives)).toEqual(
    new Set(['connect-src', 'img-src', 'style-src-elem', 'require-trusted-types-for']),
  );
});
