import { z } from 'zod';
import type { HttpParts } from '../http-parts.ts';
import { jsonResponse } from '../http-response.ts';
import { buildDocument } from '../openapi/build-document.ts';
import { defineRoute, type Route, type RouteDescription } from '../route.ts';

/** The description of all routes, this one included. */
export function openApiRoute(parts: HttpParts, describe: () => readonly RouteDescription[]): Route {
  return defineRoute(parts, {
    method: 'GET',
    path: '/openapi.json',
    operationId: 'getDocument',
    summary: 'This document (OpenAPI 3.1)',
    access: 'public',
    responses: { 200: { description: 'The document.', schema: z.record(z.string(), z.unknown()) } },
    respond: ({ request }) => jsonResponse(200, buildDocument(parts, describe(), request)),
  });
}
