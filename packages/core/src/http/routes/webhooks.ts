import { z } from 'zod';
import type { Webhooks } from '../../webhooks/create-webhooks.ts';
import { newWebhookSchema, secretRotationSchema, webhookChangeSchema } from '../../webhooks/webhook-schema.ts';
import type { HttpParts } from '../http-parts.ts';
import { emptyResponse, jsonResponse } from '../http-response.ts';
import { nextCursorSchema, nextLink, nextLinkHeader, pageQuery } from '../list-page.ts';
import { parseId } from '../parse-id.ts';
import { type Call, defineRoute, type Route } from '../route.ts';
import { webhookSchema, webhookWithSecretSchema, webhookWriter } from '../webhooks/webhook-json.ts';

const pageSchema = z.strictObject(pageQuery);

/** A page of webhooks. */
const webhookListSchema = z.object({
  webhooks: z.array(webhookSchema),
  nextCursor: nextCursorSchema,
});

/** A tenant's webhooks. */
export function webhookRoutes(parts: HttpParts, webhooks: Webhooks): readonly Route[] {
  return [
    createRoute(parts, webhooks),
    listRoute(parts, webhooks),
    readRoute(parts, webhooks),
    changeRoute(parts, webhooks),
    removeRoute(parts, webhooks),
    rotateRoute(parts, webhooks),
  ];
}

/** Names the webhook of a path. */
export function webhookOf({ params, tenant }: Pick<Call, 'params' | 'tenant'>) {
  return { id: parseId(params['id'], 'WEBHOOK_NOT_FOUND'), tenant };
}

function createRoute(parts: HttpParts, webhooks: Webhooks): Route {
  return defineRoute(parts, {
    method: 'POST',
    path: '/webhooks',
    operationId: 'createWebhook',
    summary: 'Be told of events: a URL to which signed messages are posted (Standard Webhooks)',
    access: 'tenant',
    errors: ['TOO_MANY_WEBHOOKS'],
    json: newWebhookSchema,
    responses: {
      201: {
        description: 'With its secret, which is shown this once.',
        schema: webhookWithSecretSchema,
        headers: [{ name: 'Location', description: 'The webhook.' }],
      },
    },
    async respond({ request, tenant, json }) {
      const { endpoint, secret } = await webhooks.create({ ...json, tenant });
      const written = webhookWriter(parts, request)(endpoint);
      return jsonResponse(201, { ...written, secret }, { Location: written.links.self });
    },
  });
}

function listRoute(parts: HttpParts, webhooks: Webhooks): Route {
  return defineRoute(parts, {
    method: 'GET',
    path: '/webhooks',
    operationId: 'listWebhooks',
    summary: 'A page of webhooks, in the order in which they were made',
    access: 'tenant',
    query: pageSchema,
    responses: {
      200: {
        description: 'The page.',
        schema: webhookListSchema,
        headers: [nextLinkHeader],
      },
    },
    async respond({ request, tenant, query }) {
      const { endpoints, nextCursor } = await webhooks.list({ ...query, tenant });
      const page = { webhooks: endpoints.map(webhookWriter(parts, request)), nextCursor };
      return jsonResponse(200, page, nextLink(parts, request, { path: '/webhooks', nextCursor }));
    },
  });
}

function readRoute(parts: HttpParts, webhooks: Webhooks): Route {
  return defineRoute(parts, {
    method: 'GET',
    path: '/webhooks/{id}',
    operationId: 'getWebhook',
    summary: 'A webhook, without its secret',
    access: 'tenant',
    errors: ['WEBHOOK_NOT_FOUND'],
    responses: { 200: { description: 'The webhook.', schema: webhookSchema } },
    async respond(call) {
      return jsonResponse(200, webhookWriter(parts, call.request)(await webhooks.get(webhookOf(call))));
    },
  });
}

function changeRoute(parts: HttpParts, webhooks: Webhooks): Route {
  return defineRoute(parts, {
    method: 'PATCH',
    path: '/webhooks/{id}',
    operationId: 'changeWebhook',
    summary: 'Change, disable or enable a webhook; what is absent stays',
    access: 'tenant',
    errors: ['WEBHOOK_NOT_FOUND'],
    json: webhookChangeSchema,
    responses: { 200: { description: 'As it is now.', schema: webhookSchema } },
    async respond({ request, json, ...call }) {
      return jsonResponse(200, webhookWriter(parts, request)(await webhooks.change(webhookOf(call), json)));
    },
  });
}

function removeRoute(parts: HttpParts, webhooks: Webhooks): Route {
  return defineRoute(parts, {
    method: 'DELETE',
    path: '/webhooks/{id}',
    operationId: 'removeWebhook',
    summary: 'Remove a webhook; nothing more is sent to it',
    access: 'tenant',
    errors: ['WEBHOOK_NOT_FOUND'],
    responses: { 204: { description: 'It is gone, or was not there.' } },
    async respond(call) {
      await webhooks.remove(webhookOf(call));
      return emptyResponse(204);
    },
  });
}

function rotateRoute(parts: HttpParts, webhooks: Webhooks): Route {
  return defineRoute(parts, {
    method: 'POST',
    path: '/webhooks/{id}/rotate-secret',
    operationId: 'rotateWebhookSecret',
    summary: 'Put a new secret in use; messages are signed with the old one too for a while',
    access: 'tenant',
    errors: ['WEBHOOK_NOT_FOUND'],
    json: secretRotationSchema,
    responses: {
      200: { description: 'With its new secret, which is shown this once.', schema: webhookWithSecretSchema },
    },
    async respond({ request, json, ...call }) {
      const { endpoint, secret } = await webhooks.rotateSecret(webhookOf(call), json);
      return jsonResponse(200, { ...webhookWriter(parts, request)(endpoint), secret });
    },
  });
}
