import { z } from 'zod';
import { PubpipeError } from '../../errors/pubpipe-error.ts';
import { isEnded } from '../../job/job-status.ts';
import { eventStream, type StreamMessage, wantsStream } from '../event-stream.ts';
import type { HttpParts } from '../http-parts.ts';
import { type HttpRequest, headerOf } from '../http-request.ts';
import { emptyResponse, jsonResponse } from '../http-response.ts';
import { eventListSchema, feedPageSchema, writeEvent, writeFeedEntry } from '../jobs/event-json.ts';
import { parseId } from '../parse-id.ts';
import { defineRoute, type Route } from '../route.ts';

const querySchema = z.strictObject({
  after: z.int().min(0).optional().describe('The last one that the client has; a `Last-Event-ID` goes before it.'),
  limit: z.int().min(1).max(1_000).default(500).describe('Has no meaning for a stream.'),
});

const headers = [
  { name: 'Accept', description: '`text/event-stream` for a live stream (Server-Sent Events).' },
  { name: 'Last-Event-ID', description: 'Where a stream goes on.' },
];
const content = ['text/event-stream'];
const errors = ['TOO_MANY_STREAMS', 'SERVER_BUSY'] as const;

/** A job's history, or its events as they come. */
export function jobEventsRoute(parts: HttpParts): Route {
  const { pipeline } = parts;
  return defineRoute(parts, {
    method: 'GET',
    path: '/jobs/{id}/events',
    operationId: 'getJobEvents',
    summary: "A job's history; live as text/event-stream",
    access: 'tenant',
    query: querySchema,
    headers,
    responses: {
      200: { description: 'The events, in order, each once.', schema: eventListSchema, content },
      204: { description: 'To a stream that is resumed: the job has ended, and the client has everything.' },
    },
    errors: [...errors, 'JOB_NOT_FOUND'],
    async respond(call) {
      const { request, tenant, params, query } = call;
      const job = await pipeline.get({ id: parseId(params['id'], 'JOB_NOT_FOUND'), tenant });
      if (!wantsStream(request)) {
        const events = await pipeline.events(job, query);
        return jsonResponse(200, { events: events.map(writeEvent) });
      }
      const after = lastEventId(request) ?? query.after ?? 0;
      // A browser would ask again for ever; this is what ends it.
      const hasAll = after > 0 && isEnded(job.status) && (await pipeline.events(job, { after, limit: 1 })).length === 0;
      if (hasAll) return emptyResponse(204);
      const open = async function* (signal: AbortSignal): AsyncGenerator<StreamMessage, void> {
        for await (const event of pipeline.follow(job, { after, signal })) {
          const isPast = event.createdAt <= job.updatedAt;
          yield { id: event.seq, type: event.type, data: writeEvent(event), isPast };
        }
      };
      return eventStream(parts, call, { open });
    },
  });
}

/** The events of all jobs of a tenant, as a page or as they come. */
export function tenantEventsRoute(parts: HttpParts): Route {
  const { pipeline } = parts;
  return defineRoute(parts, {
    method: 'GET',
    path: '/events',
    operationId: 'getEvents',
    summary: 'The events of all jobs; live as text/event-stream',
    access: 'tenant',
    query: querySchema,
    headers,
    responses: {
      200: { description: 'The events of all jobs, in one order, each once.', schema: feedPageSchema, content },
    },
    errors,
    async respond(call) {
      const { request, tenant, query } = call;
      const { jobStore } = pipeline.parts;
      if (!wantsStream(request)) {
        const page = await jobStore.readFeed({ scope: { tenant }, after: query.after ?? 0, limit: query.limit });
        const { entries, position, hasMore } = page;
        return jsonResponse(200, { events: entries.map(writeFeedEntry), position, hasMore });
      }
      const end = await jobStore.feedEnd();
      const after = lastEventId(request) ?? query.after ?? end;
      const open = async function* (signal: AbortSignal): AsyncGenerator<StreamMessage, void> {
        for await (const entry of pipeline.subscribe({ tenant, after, signal })) {
          const { position, type } = entry;
          yield { id: position, type, data: writeFeedEntry(entry), isPast: position <= end };
        }
      };
      // Said at once, so that a client that loses its connection before the first event misses nothing.
      return eventStream(parts, call, { open, beginsAt: after });
    },
  });
}

function lastEventId(request: HttpRequest): number | undefined {
  const header = headerOf(request, 'last-event-id');
  if (header === undefined) return undefined;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  throw new PubpipeError('INVALID_INPUT', 'Last-Event-ID is not one of a stream of ours.');
}
