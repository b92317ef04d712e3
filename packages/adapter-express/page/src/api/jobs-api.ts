import type { JobStatus, PdfProfile, PreflightCheck, PreflightReport, RecordStatus } from '@pubpipe/core';
import type { BatchJson, EventJson, JobArtifactJson, JobJson, JobListJson, RecordListJson } from '@pubpipe/core/http';
import type { ApiConnection } from './api-connection.ts';

/** Which jobs to list. */
export interface JobQuery {
  readonly status?: JobStatus | undefined;
  readonly batch?: string | undefined;
  readonly reference?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Which records of a merge to list. */
export interface RecordQuery {
  readonly status?: RecordStatus | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** What every job is asked. */
interface CommonRequest {
  readonly documentName: string;
  readonly assets: readonly { readonly name: string; readonly artifact: string }[];
  readonly profile?: PdfProfile | undefined;
  readonly batch?: string | undefined;
  readonly reference?: string | undefined;
  readonly failOn?: readonly PreflightCheck[] | undefined;
}

/** What a job is asked to make. */
export interface SubmitRequest extends CommonRequest {
  readonly document: string;
}

/** What a merge is asked to make. */
export interface SubmitMergeRequest extends CommonRequest {
  readonly template: string;
  readonly data: { readonly name: string; readonly artifact: string };
}

const previewDpi = 96;

/** What the page asks of the API. */
export class JobsApi {
  readonly connection: ApiConnection;

  constructor(connection: ApiConnection) {
    this.connection = connection;
  }

  list(query: JobQuery, signal?: AbortSignal): Promise<JobListJson> {
    return this.connection.askJson(`jobs?${toSearch(query)}`, { signal });
  }

  get(id: string, signal?: AbortSignal): Promise<JobJson> {
    return this.connection.askJson(`jobs/${encodeURIComponent(id)}`, { signal });
  }

  /** All events of a job behind one, in order. */
  async events(id: string, after: number, signal?: AbortSignal): Promise<EventJson[]> {
    const all: EventJson[] = [];
    for (;;) {
      const last = all.at(-1)?.seq ?? after;
      const path = `jobs/${encodeURIComponent(id)}/events?limit=1000&after=${last}`;
      const { events } = await this.connection.askJson<{ events: EventJson[] }>(path, { signal });
      all.push(...events);
      if (events.length < 1_000) return all;
    }
  }

  records(id: string, query: RecordQuery, signal?: AbortSignal): Promise<RecordListJson> {
    return this.connection.askJson(`jobs/${encodeURIComponent(id)}/records?${toSearch(query)}`, { signal });
  }

  preflight(link: string, signal?: AbortSignal): Promise<PreflightReport> {
    return this.connection.askJson(link, { signal });
  }

  content({ artifact }: JobArtifactJson, signal?: AbortSignal): Promise<Blob> {
    return this.connection.askBlob(artifact.links.content, { signal });
  }

  batch(id: string, signal?: AbortSignal): Promise<BatchJson> {
    return this.connection.askJson(`batches/${encodeURIComponent(id)}`, { signal });
  }

  async cancelBatch({ id }: BatchJson): Promise<BatchJson> {
    const path = `batches/${encodeURIComponent(id)}/cancel`;
    return (await this.connection.askJson<{ batch: BatchJson }>(path, { method: 'POST' })).batch;
  }

  cancel({ id, links }: JobJson): Promise<JobJson> {
    return this.connection.askJson(links.cancel ?? `jobs/${id}/cancel`, { method: 'POST' });
  }

  retry({ id, links }: JobJson): Promise<JobJson> {
    return this.connection.askJson(links.retry ?? `jobs/${id}/retry`, { method: 'POST' });
  }

  /** The same key with the same request gives the same job, so that asking again after a lost answer is safe. */
  submit({ profile, ...request }: SubmitRequest, idempotencyKey: string, signal?: AbortSignal): Promise<JobJson> {
    const renditions = [
      { kind: 'pdf', profile },
      { kind: 'jpeg', dpi: previewDpi },
    ];
    return this.#submit({ ...request, renditions, lane: 'interactive' }, idempotencyKey, signal);
  }

  /** The same for a merge: a PDF of each record, and images of the first one to look at. */
  submitMerge(
    { profile, ...request }: SubmitMergeRequest,
    idempotencyKey: string,
    signal?: AbortSignal,
  ): Promise<JobJson> {
    const proofs = { records: [1], dpi: previewDpi };
    const renditions = [{ kind: 'pdf', profile }];
    return this.#submit({ ...request, type: 'merge', renditions, proofs }, idempotencyKey, signal);
  }

  #submit(json: object, idempotencyKey: string, signal: AbortSignal | undefined): Promise<JobJson> {
    const headers = { 'Idempotency-Key': idempotencyKey };
    return this.connection.askJson('jobs', { method: 'POST', headers, json, signal });
  }
}

function toSearch(query: JobQuery | RecordQuery): string {
  const entries = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]]));
  return new URLSearchParams(entries).toString();
}
