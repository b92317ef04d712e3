import { z } from 'zod';
import { batchSchema, writeBatch } from '../batches/batch-json.ts';
import { parseBatch } from '../batches/parse-batch.ts';
import type { HttpParts } from '../http-parts.ts';
import { jsonResponse } from '../http-response.ts';
import { defineRoute, type Route } from '../route.ts';

/** What came of cancelling a batch. */
const cancellationSchema = z.object({
  cancelled: z.int().describe('How many jobs this request has cancelled.'),
  batch: batchSchema,
});

/** How many jobs of a batch are in which state. */
export function batchRoute(parts: HttpParts): Route {
  return defineRoute(parts, {
    method: 'GET',
    path: '/batches/{batch}',
    operationId: 'getBatch',
    summary: 'How many jobs of a batch are in which state',
    access: 'tenant',
    responses: { 200: { description: 'The batch.', schema: batchSchema } },
    errors: ['BATCH_NOT_FOUND'],
    async respond({ request, tenant, params }) {
      const batch = await parts.pipeline.batch({ id: parseBatch(params['batch']), tenant });
      return jsonResponse(200, writeBatch(parts, request, batch));
    },
  });
}

/** Cancels what has not ended of a batch. */
export function cancelBatchRoute(parts: HttpParts): Route {
  return defineRoute(parts, {
    method: 'POST',
    path: '/batches/{batch}/cancel',
    operationId: 'cancelBatch',
    summary: 'Cancel the jobs of a batch that have not ended; their renders are killed',
    access: 'tenant',
    responses: { 200: { description: 'They are cancelled.', schema: cancellationSchema } },
    errors: ['BATCH_NOT_FOUND'],
    async respond({ request, tenant, params }) {
      const { cancelled, batch } = await parts.pipeline.cancelBatch({ id: parseBatch(params['batch']), tenant });
      return jsonResponse(200, { cancelled, batch: writeBatch(parts, request, batch) });
    },
  });
}
