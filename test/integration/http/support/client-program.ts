/**
 * What an application writes against the generated types. It is type-checked and run by the test: a wrong type in the
 * document, or an answer that is not what it says, fails.
 */
export const clientProgram = `
import createClient from 'openapi-fetch';
import type { components, paths } from './api.ts';

const client = createClient<paths>({ baseUrl: process.argv[2] ?? '', headers: { 'X-Tenant': 'acme' } });

function present<Data>(answer: { data?: Data; error?: components['schemas']['Problem'] }): Data {
  if (answer.data === undefined) throw new Error(answer.error?.code ?? 'no data');
  return answer.data;
}

const uploaded = present(await client.POST('/artifacts', {
  params: { query: { fileName: 'card.sla' } },
  headers: { 'Content-Type': 'application/octet-stream' },
  body: '<SCRIBUSUTF8NEW Version="1.5.8"/>',
  bodySerializer: (body) => body,
}));
if (!('id' in uploaded)) throw new Error('a body is one artifact');

const job: components['schemas']['Job'] = present(await client.POST('/jobs', {
  params: { header: { 'Idempotency-Key': 'one', Prefer: 'wait=30' } },
  body: { document: uploaded.id, renditions: [{ kind: 'pdf', profile: 'pdf/x-4' }, { kind: 'png', dpi: 96 }] },
}));
const output = job.outputs.find(({ page }) => page === undefined);
const pdf = await client.GET('/artifacts/{id}/content', {
  params: { path: { id: output?.artifact.id ?? '' } },
  parseAs: 'text',
});
const page = await client.GET('/jobs/{id}/pages/{page}', { params: { path: { id: job.id, page: 1 } }, parseAs: 'text' });
const history = present(await client.GET('/jobs/{id}/events', { params: { path: { id: job.id } } }));
if (history === undefined || typeof history === 'string') throw new Error('JSON is what was asked for');
const { jobs } = present(await client.GET('/jobs', { params: { query: { status: 'completed', limit: 10 } } }));
const failed = await client.POST('/jobs/{id}/cancel', { params: { path: { id: job.id } } });
const ready = await client.GET('/health/ready');

const made = present(await client.POST('/webhooks', {
  body: { url: 'https://shop.example/hooks', types: ['job.failed'], description: 'the shop' },
}));
const webhook = { params: { path: { id: made.id } } };
const disabled: components['schemas']['Webhook'] = present(await client.PATCH('/webhooks/{id}', { ...webhook, body: { enabled: false } }));
const { deliveries } = present(await client.GET('/webhooks/{id}/deliveries', webhook));
const told: readonly components['schemas']['WebhookDelivery'][] = deliveries;
const removed = await client.DELETE('/webhooks/{id}', webhook);

console.log(JSON.stringify({
  status: job.status,
  mediaType: uploaded.mediaType,
  pdf: pdf.data,
  page: page.data,
  events: history.events.map(({ type }) => type),
  jobs: jobs.map(({ id }) => id === job.id),
  failed: failed.error?.code,
  ready: ready.data?.status,
  webhooks: [made.types, made.secret.slice(0, 6), disabled.enabled, told.length, removed.response.status],
}));
`;
