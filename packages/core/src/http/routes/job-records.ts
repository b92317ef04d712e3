import { z } from 'zod';
import { recordStatuses } from '../../job/job-record.ts';
import type { HttpParts } from '../http-parts.ts';
import { jsonResponse } from '../http-response.ts';
import { recordSchema, recordWriter } from '../jobs/record-json.ts';
import { nextCursorSchema, nextLink, nextLinkHeader, pageQuery } from '../list-page.ts';
import { parseId } from '../parse-id.ts';
import { defineRoute, type Route } from '../route.ts';

const recordsQuerySchema = z.strictObject({ status: z.enum(recordStatuses).optional(), ...pageQuery });

/** A page of records. */
const recordListSchema = z.object({ records: z.array(recordSchema), nextCursor: nextCursorSchema });

/** A page of what became of a merge's records, by their numbers, as clients see it. */
export type RecordListJson = z.output<typeof recordListSchema>;

/** What became of the records of a merge. */
export function recordsRoute(parts: HttpParts): Route {
  return defineRoute(parts, {
    method: 'GET',
    path: '/jobs/{id}/records',
    operationId: 'listRecords',
    summary: "A page of what became of a merge's records, by their numbers, while it goes on too",
    access: 'tenant',
    query: recordsQuerySchema,
    responses: { 200: { description: 'The page.', schema: recordListSchema, headers: [nextLinkHeader] } },
    errors: ['JOB_NOT_FOUND'],
    async respond({ request, tenant, params, query }) {
      const id = parseId(params['id'], 'JOB_NOT_FOUND');
      const { records, nextCursor } = await parts.pipeline.records({ id, tenant }, query);
      const page = { records: records.map(recordWriter(parts, request)), nextCursor };
      return jsonResponse(200, page, nextLink(parts, request, { path: `/jobs/${id}/records`, nextCursor }));
    },
  });
}
