import { createScribusRenderer } from '@pubpipe/scribus-runner';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { openBrowser, openWindow, signIn, type WatchedWindow } from './open-browser.ts';
import { type PrintShop, type PrintShopOptions, startPrintShop } from './start-print-shop.ts';

let browser: Browser;
let renderer: ReturnType<typeof createScribusRenderer>;

/** Opens a browser and a warm Scribus for the tests of a file. */
export function useBrowserAndScribus(): void {
  beforeAll(async () => {
    renderer = createScribusRenderer();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await renderer.close();
  });
}

/** How a page is opened. */
export interface OpenPageOptions {
  readonly context?: BrowserContextOptions;
  readonly shop?: PrintShop;
  /** False stops before the key has been typed in. */
  readonly signsIn?: boolean;
}

/**
 * Opens the page of a print shop, until the test has finished. Then nothing may have happened that the page's policy
 * forbids, and no other origin may have been asked.
 */
export async function openPage(options: OpenPageOptions = {}): Promise<WatchedWindow & { readonly shop: PrintShop }> {
  const shop = options.shop ?? (await openShop());
  const window = await openWindow(browser, shop.address, options.context);
  onTestFinished(async () => {
    await window.context.close();
    expect(window.misdeeds).toEqual([]);
  });
  if (options.signsIn !== false) await signIn(window.page, shop.key);
  return { ...window, shop };
}

/** Starts a print shop, until the test has finished. */
export async function openShop(options: Omit<PrintShopOptions, 'renderer'> = {}): Promise<PrintShop> {
  const shop = await startPrintShop({ ...options, renderer });
  onTestFinished(() => shop.close());
  return shop;
}
