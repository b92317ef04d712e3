import type { StoredApiKey } from '@pubpipe/core/http';

/** What every process of a load test needs to know to open its parts. */
export interface PartsSetup {
  readonly postgresUrl: string;
  readonly redisUrl: string;
  /** What the names of all keys in Redis begin with. */
  readonly redisPrefix: string;
  /** Of the artifact store. */
  readonly storeDirectory: string;
}

/** What `api.ts` is told. */
export interface ApiSetup {
  readonly parts: PartsSetup;
  /** On the loopback address. */
  readonly port: number;
  readonly apiKeys: readonly StoredApiKey[];
  /** How long the queue is waited for. */
  readonly queueTimeoutMs?: number | undefined;
}

/** Who renders: Scribus, or what takes 20 ms and writes a file that is none. */
export type RendererKind = 'stub' | 'scribus';

/** What `worker.ts` is told. */
export interface WorkerSetup {
  readonly parts: PartsSetup;
  readonly renderer: RendererKind;
  readonly scratchDirectory: string;
  /** Where Scribus keeps what it needs while it runs. */
  readonly rendererDirectory: string;
}

/** How long the stub takes to render. */
export const stubRenderMs = 20;
/** How many jobs the stub renders at once: as many as Scribus does on two cores. */
export const stubSlots = 2;

/** What `downloader.ts` is told. */
export interface DownloaderSetup {
  readonly port: number;
  readonly key: string;
  /** In turns. */
  readonly paths: readonly string[];
  readonly byteSize: number;
  readonly rounds: number;
}
