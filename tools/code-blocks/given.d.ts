// What the fragments in our texts take for given: an application's own objects, under the names that the texts use.
import type { execFile } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import type {
  ArtifactStore,
  EventBus,
  FeedEvent,
  JobQueue,
  JobStore,
  Merger,
  PdfJoiner,
  Pipeline,
  ReadyArtifact,
  Renderer,
  ScratchSpace,
} from '@pubpipe/core';
import type { ApiKeys } from '@pubpipe/core/http';
import type { HostTransaction } from '@pubpipe/core/kysely';
import type { InspectedPdf, MergerTemplates, RendererDocuments } from '@pubpipe/core/testing';
import type { Express } from 'express';
import type { Kysely } from 'kysely';

/** Tables of an application that has orders. */
interface ShopTables {
  readonly orders: { readonly id: string; readonly state: string; readonly pdf: string | null };
}

declare global {
  const pipeline: Pipeline<HostTransaction>;
  const jobStore: JobStore<HostTransaction>;
  const artifactStore: ArtifactStore;
  const queue: JobQueue;
  const bus: EventBus;
  const renderer: Renderer;
  const scratchSpace: ScratchSpace;
  const db: Kysely<ShopTables>;
  const app: Express;
  const signal: AbortSignal;
  const document: ReadyArtifact;
  const keys: ApiKeys;
  /** Key that secrets in the database are encrypted with. */
  const key: Uint8Array;
  /** A request that somebody else's server has got, and the bytes of its body as text. */
  const request: { readonly headers: Record<string, string> };
  const rawBody: string;
  /** What messages are signed with. */
  const secret: string;

  /** The driver that a page of the guide has written above its tests. */
  function createThreadEventBus(name: string): EventBus;
  /** Drivers of somebody else. */
  function createMyQueue(options: { readonly redeliverAfterMs: number }): JobQueue;
  function createMyRenderer(): Renderer;
  function createMyJoiner(): PdfJoiner;
  function createMyMerger(renderer: Renderer): Merger;
  function readWithAnotherProgram(path: string): Promise<InspectedPdf>;
  const documents: RendererDocuments;
  function readWordsWithAnotherProgram(path: string): Promise<string>;
  function filesBelow(directory: string): Promise<readonly string[]>;
  const templates: MergerTemplates;
  /** Whose a request is. */
  function tenantOf(request: IncomingMessage): string;
  const execFileAsync: typeof execFile.__promisify__;

  /** The position that a reader of events has kept. */
  const lastPosition: number;
  function readAllJobsAnew(): Promise<void>;
  function show(jobId: string, type: FeedEvent['type'], data: FeedEvent['data']): void;
  function sendMail(jobId: string): Promise<void>;
}
