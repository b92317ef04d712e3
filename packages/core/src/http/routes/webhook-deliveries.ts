import { z } from 'zod';
import { webhookDeliveryStates } from '../../ports/webhook-store.ts';
import type { Webhooks } from '../../webhooks/create-webhooks.ts';
import type { HttpParts } from '../http-parts.ts';
import { jsonResponse } from '../http-response.ts';
import { nextCursorSchema, nextLink, nextLinkHeader, pageQuery } from '../list-page.ts';
import { parseId } from '../parse-id.ts';
import { defineRoute, type Route } from '../route.ts';
import { webhookDeliverySchema, webhookDeliveryWriter } from '../webhooks/webhook-json.ts';
import { webhookOf } from './webhooks.ts';

const querySchema = z.strictObject({
  state: z.enum(webhookDeliveryStates).optional().describe('`dead` ones were given up.'),
  ...pageQuery,
});

/** A page of deliveries. */
const deliveryListSchema = z.object({
  deliveries: z.array(webhookDeliverySchema),
  nextCursor: nextCursorSchema,
});

/** What a tenant's webhooks were told. */
export function webhookDeliveryRoutes(parts: HttpParts, webhooks: Webhooks): readonly Route[] {
  return [listRoute(parts, webhooks), redeliverRoute(parts, webhooks)];
}

function listRoute(parts: HttpParts, webhooks: Webhooks): Route {
  return defineRoute(parts, {
    method: 'GET',
    path: '/webhooks/{id}/deliveries',
    operationId: 'listWebhookDeliveries',
    summary: 'What a webhook was told and has still to be told, the latest events first',
    access: 'tenant',
    errors: ['WEBHOOK_NOT_FOUND'],
    query: querySchema,
    responses: { 200: { description: 'The page.', schema: deliveryListSchema, headers: [nextLinkHeader] } },
    async respond({ request, query, ...call }) {
      const { id: endpointId, tenant } = webhookOf(call);
      const { deliveries, nextCursor } = await webhooks.deliveries({ ...query, tenant, endpointId });
      const page = { deliveries: deliveries.map(webhookDeliveryWriter(parts, request)), nextCursor };
      const path = `/webhooks/${endpointId}/deliveries`;
      return jsonResponse(200, page, nextLink(parts, request, { path, nextCursor }));
    },
  });
}

function redeliverRoute(parts: HttpParts, webhooks: Webhooks): Route {
  return defineRoute(parts, {
    method: 'POST',
    path: '/webhooks/{id}/deliveries/{deliveryId}/redeliver',
    operationId: 'redeliverWebhook',
    summary: 'Send a delivery that has ended again, under its id',
    access: 'tenant',
    errors: ['WEBHOOK_NOT_FOUND', 'WEBHOOK_DELIVERY_NOT_FOUND', 'ILLEGAL_TRANSITION'],
    responses: { 202: { description: 'It is pending.', schema: webhookDeliverySchema } },
    async respond({ request, params, tenant }) {
      const { id: endpointId } = webhookOf({ params, tenant });
      const id = parseId(params['deliveryId'], 'WEBHOOK_DELIVERY_NOT_FOUND');
      const delivery = await webhooks.redeliver({ id, tenant, endpointId });
      return jsonResponse(202, webhookDeliveryWriter(parts, request)(delivery));
    },
  });
}
