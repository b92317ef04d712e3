// For everybody.

export { type ApiKeys, createApiKeys, hashApiKey, issueApiKey, type StoredApiKey } from './api-keys.ts';
export { createHttpApi, type HttpApi } from './create-http-api.ts';
export type {
  HttpApiOptions,
  HttpLimits,
  Identity,
  ImportRequest,
  PresignedDownloads,
} from './http-options.ts';
// For authors of clients in TypeScript: what answers are.

export type { ArtifactJson } from './artifacts/artifact-json.ts';
export type { BatchJson } from './batches/batch-json.ts';
// For authors of adapters.
export type { HttpRequest, HttpRequestBody } from './http-request.ts';
export type { HttpResponse } from './http-response.ts';
export type { EventJson, FeedEntryJson } from './jobs/event-json.ts';
export type { JobArtifactJson, JobJson } from './jobs/job-json.ts';
export type { RecordJson } from './jobs/record-json.ts';
export type { SignedLinksOptions } from './link-signer.ts';
export type { MetricsRouteOptions, MetricsSource } from './metrics-route-options.ts';
export { type ProblemJson, type ProblemPlace, problemResponse } from './problem.ts';
export { requestIdOf } from './request-id.ts';
export type { HeaderDescription, ResponseDescription, RouteDescription } from './route.ts';
export type { JobListJson } from './routes/job.ts';
export type { RecordListJson } from './routes/job-records.ts';
export type { SecurityScheme, SecuritySchemes } from './security-schemes.ts';
