import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openShop, type Shop } from './open-shop.ts';

const card = await readFile('/usr/share/scribus/templates/buscard9/buscard9.sla.gz');

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

/** Uploads the card as a customer of the shop, and orders a print of it. */
async function order(cookie: string, title = 'My cards') {
  const uploaded = await shop.ask('/printing/artifacts?fileName=card.sla.gz', { method: 'POST', body: card, cookie });
  const { id: document } = (await uploaded.json()) as { id: string };
  const body = JSON.stringify({ title, document });
  const headers = { 'Content-Type': 'application/json' };
  return await shop.ask('/jobs', { method: 'POST', body, headers, cookie });
}

test('an order is printed, and the shop knows it in its own table', async () => {
  const cookie = await shop.logIn('ada');
  const { id } = (await (await order(cookie)).json()) as { id: number };
  const state = async () => ((await (await shop.ask(`/jobs/${id}`, { cookie })).json()) as { state: string }).state;
  await expect.poll(state, { timeout: 60_000, interval: 100 }).toBe('printed');
  const pdf = await shop.ask(`/jobs/${id}/pdf`, { cookie });
  expect((await pdf.text()).slice(0, 5)).toBe('%PDF-');
  expect(await shop.rows()).toMatchObject([{ id, title: 'My cards', state: 'printed' }]);
});

test('an order that the shop refuses leaves no print job', async () => {
  const cookie = await shop.logIn('ada');
  const before = await (await shop.ask('/printing/jobs', { cookie })).json();
  // The column takes 80 characters: the shop's statement fails behind the job's.
  const refused = await order(cookie, 'x'.repeat(81));
  expect(refused.status).toBe(500);
  expect(await refused.json()).toMatchObject({ code: 'INTERNAL' });
  expect(await (await shop.ask('/printing/jobs', { cookie })).json()).toEqual(before);
});

test("the shop's login opens printing, and nobody sees what is another's", async () => {
  const cookie = await shop.logIn('ada');
  const { id } = (await (await order(cookie)).json()) as { id: number };
  expect((await shop.ask('/printing/jobs')).status).toBe(401);
  expect((await shop.ask(`/jobs/${id}`)).status).toBe(401);
  const other = await shop.logIn('bob');
  expect((await shop.ask(`/jobs/${id}`, { cookie: other })).status).toBe(404);
  expect(await (await shop.ask('/printing/jobs', { cookie: other })).json()).toMatchObject({ jobs: [] });
  expect((await shop.tryToLogIn('bob', 'guess')).status).toBe(401);
});

test("the shop's registry has its own metrics and those of printing", async () => {
  const text = await (await shop.ask('/metrics')).text();
  expect(text).toMatch(/^http_request_duration_seconds_count\{method="POST",status="201"\} [1-9]/m);
  expect(text).toMatch(/^print_jobs_total\{type="render",outcome="completed"\} \d/m);
  expect(text).not.toContain('print_http_request_duration_seconds');
});
