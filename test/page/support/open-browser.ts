import process from 'node:process';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, or the one that the environment names. Playwright itself brings and fetches none. */
export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] || '/usr/bin/chromium',
    args: [
      // Tests may run as root, where Chromium's sandbox does not work. It only sees our own page.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A window in which everything that should not happen is written down. */
export interface WatchedWindow {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went against the policy of the page, went to another origin, or was thrown. */
  readonly misdeeds: readonly string[];
}

/** Opens a window of its own, with no memory of others. */
export async function openWindow(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<WatchedWindow> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
  // A bound for machines that are busy with other things; what is waited for usually takes a second.
  context.setDefaultTimeout(90_000);
  const { origin } = new URL(address);
  const misdeeds: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'blob:' && url.origin !== origin) misdeeds.push(`request to ${url.href}`);
  });
  context.on('weberror', (error) => misdeeds.push(`thrown: ${error.error().stack}`));
  context.on('console', (message) => {
    // Chromium itself says so of every answer that is no success, and of a server that is away.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      misdeeds.push(`console: ${message.text()}`);
    }
  });
  await context.exposeFunction('writeDownViolation', (text: string) => misdeeds.push(`policy: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      const { writeDownViolation } = window as unknown as { writeDownViolation: (text: string) => void };
      writeDownViolation(`${violatedDirective} ${blockedURI} ${sourceFile}`);
    });
  });
  const page = await context.newPage();
  await page.goto(address);
  return { page, context, misdeeds };
}

/** Types the key in. */
export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
}
