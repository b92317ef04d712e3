import { checkTimes, checkWholeNumbers } from '../errors/check-numbers.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { FontFace } from '../ports/font-face.ts';
import { type HttpMetrics, noHttpMetrics } from '../ports/metrics.ts';
import type { PresignedUrls } from '../ports/presigned-urls.ts';
import type { Webhooks } from '../webhooks/create-webhooks.ts';
import type { HttpRequest } from './http-request.ts';
import { createLinkSigner, type LinkSigner, type SignedLinksOptions } from './link-signer.ts';
import type { MetricsRouteOptions } from './metrics-route-options.ts';
import { resolveSecuritySchemes, type SecuritySchemes } from './security-schemes.ts';

/** Who asks. */
export interface Identity {
  /** Whose jobs and artifacts the request is about. */
  readonly tenant: string;
}

/** Bounds of what clients may ask for. */
export interface HttpLimits {
  /** Longest body of an upload, in bytes. @defaultValue 1_073_741_824 (1 GiB) */
  readonly maxUploadBytes?: number | undefined;
  /** Most files in one upload. @defaultValue 100 */
  readonly maxFilesPerUpload?: number | undefined;
  /** Longest body in JSON, in bytes. @defaultValue 1_048_576 (1 MiB) */
  readonly maxJsonBytes?: number | undefined;
  /** How long a body may stand still, in milliseconds. @defaultValue 30_000 */
  readonly bodyIdleTimeoutMs?: number | undefined;
  /** What a body has to bring on average while it is waited for, beyond `bodyIdleTimeoutMs`. @defaultValue 256 */
  readonly minBodyBytesPerSecond?: number | undefined;
  /** Longest time that `Prefer: wait` gets, in milliseconds. @defaultValue 30_000 */
  readonly maxWaitMs?: number | undefined;
  /** Event streams and waiting requests that may be open at once. @defaultValue 1_000 */
  readonly maxStreams?: number | undefined;
  /** The same of one tenant. @defaultValue 100 */
  readonly maxStreamsPerTenant?: number | undefined;
  /**
   * Bytes of an event stream that wait for a client. One that would have more, because it takes events more slowly than
   * they happen, is cut off; it resumes where it was. @defaultValue 262_144 (256 KiB)
   */
  readonly maxUnsentBytes?: number | undefined;
}

/** What an import is about to bring in. */
export interface ImportRequest {
  readonly tenant: string;
  readonly bucket: string;
  readonly key: string;
}

/** Downloads that the artifact store answers itself. */
export interface PresignedDownloads {
  /** S3's artifact store is one. */
  readonly urls: PresignedUrls;
  /** How long each URL works, in milliseconds. @defaultValue 60_000 */
  readonly expiresInMs?: number | undefined;
}

/** Options of {@link createHttpApi}. */
export interface HttpApiOptions {
  /**
   * Says who asks; undefined is answered with 401. Called once for each request, except those to `/health`, to
   * `/openapi.json`, to `/metrics` and by signed links.
   */
  readonly authenticate?: ((request: HttpRequest) => Identity | undefined | Promise<Identity | undefined>) | undefined;
  /** Without `authenticate`: everybody is the tenant `default`. @defaultValue false */
  readonly allowAnonymous?: boolean | undefined;
  /**
   * What `authenticate` wants to be told, for the document. @defaultValue what `createApiKeys` reads: a bearer
   * token or `X-API-Key`; nothing with `allowAnonymous`
   */
  readonly securitySchemes?: SecuritySchemes | undefined;
  readonly limits?: HttpLimits | undefined;
  /** Adds links to artifacts that work by themselves until they expire. @defaultValue none */
  readonly signedLinks?: SignedLinksOptions | undefined;
  /** Sends downloads there by a redirect. @defaultValue none: bytes come through here */
  readonly presignedDownloads?: PresignedDownloads | undefined;
  /** Which objects a tenant may import. @defaultValue none: there is no such route */
  readonly allowImport?: ((request: ImportRequest) => boolean | Promise<boolean>) | undefined;
  /** Lists the fonts, such as `renderer.fonts`. @defaultValue none: there is no such route */
  readonly fonts?: (() => Promise<readonly FontFace[]>) | undefined;
  /** Lets tenants manage their webhooks. @defaultValue none: there are no such routes */
  readonly webhooks?: Webhooks | undefined;
  /** What counts requests, such as that of `@pubpipe/core/prometheus`. @defaultValue counts nothing */
  readonly metrics?: HttpMetrics | undefined;
  /** Serves metrics under `/metrics`. @defaultValue none: there is no such route */
  readonly metricsRoute?: MetricsRouteOptions | undefined;
  /** Silence after which an event stream gets a sign of life, in milliseconds. @defaultValue 15_000 */
  readonly heartbeatMs?: number | undefined;
  /** What links in answers begin with, where a proxy changes paths. @defaultValue the path under which it is mounted */
  readonly basePath?: string | undefined;
}

type Complete<Options> = { readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined> };

/** {@link HttpApiOptions}, complete. */
export interface ResolvedHttpOptions
  extends Pick<HttpApiOptions, 'authenticate' | 'allowImport' | 'fonts' | 'webhooks' | 'metricsRoute' | 'basePath'> {
  readonly securitySchemes: SecuritySchemes;
  readonly limits: Complete<HttpLimits>;
  readonly linkSigner: LinkSigner | undefined;
  readonly presignedDownloads: Complete<PresignedDownloads> | undefined;
  readonly metrics: HttpMetrics;
  readonly heartbeatMs: number;
}

/**
 * Fills in the defaults.
 *
 * @throws PubpipeError `INVALID_INPUT` when a number or a name is not one, or nobody says who may ask.
 */
export function resolveHttpOptions(options: HttpApiOptions): ResolvedHttpOptions {
  const { authenticate, allowAnonymous = false, allowImport, fonts, webhooks, basePath } = options;
  const { heartbeatMs = 15_000 } = options;
  if ((authenticate === undefined) !== allowAnonymous) {
    throw new PubpipeError('INVALID_INPUT', 'Pass authenticate, or allowAnonymous: true, and not both.');
  }
  checkTimes({ heartbeatMs }, { least: 1 });
  const { signedLinks, presignedDownloads, metrics = noHttpMetrics, metricsRoute } = options;
  return Object.freeze({
    authenticate,
    allowImport,
    fonts,
    webhooks,
    basePath,
    securitySchemes: resolveSecuritySchemes(options),
    limits: resolveLimits(options.limits ?? {}),
    linkSigner: signedLinks === undefined ? undefined : createLinkSigner(signedLinks),
    presignedDownloads:
      presignedDownloads === undefined
        ? undefined
        : { urls: presignedDownloads.urls, expiresInMs: presignedDownloads.expiresInMs ?? 60_000 },
    metrics,
    metricsRoute: metricsRoute && Object.freeze({ ...metricsRoute }),
    heartbeatMs,
  });
}

function resolveLimits(limits: HttpLimits): Complete<HttpLimits> {
  const { maxUploadBytes = 1_073_741_824, maxFilesPerUpload = 100, maxJsonBytes = 1_048_576 } = limits;
  const { bodyIdleTimeoutMs = 30_000, minBodyBytesPerSecond = 256, maxWaitMs = 30_000 } = limits;
  const { maxStreams = 1_000, maxStreamsPerTenant = 100, maxUnsentBytes = 262_144 } = limits;
  const sizes = { maxUploadBytes, maxFilesPerUpload, maxJsonBytes, minBodyBytesPerSecond, maxUnsentBytes };
  const counts = { ...sizes, maxStreams, maxStreamsPerTenant };
  checkWholeNumbers(counts, { least: 1 });
  checkTimes({ bodyIdleTimeoutMs, maxWaitMs }, { least: 1 });
  return Object.freeze({ ...counts, bodyIdleTimeoutMs, maxWaitMs });
}
