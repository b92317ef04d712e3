/** What a caller needs to know about a failure besides its code. */
export interface ErrorTraits {
  /** Whether the same request may succeed when it is made again, unchanged. */
  readonly retryable: boolean;
  /** The HTTP status under which the failure is reported (RFC 9110; 499 is the customary "client closed request"). */
  readonly httpStatus: number;
}

/**
 * Every failure this project can report. Codes are public API: they are added, never renamed.
 * `docs/guide/errors.md` says for each what to do.
 */
export const errorTraits = {
  // The caller's request.
  INVALID_INPUT: { retryable: false, httpStatus: 400 },
  IDEMPOTENCY_CONFLICT: { retryable: false, httpStatus: 409 },
  ILLEGAL_TRANSITION: { retryable: false, httpStatus: 409 },
  JOB_NOT_FOUND: { retryable: false, httpStatus: 404 },
  BATCH_NOT_FOUND: { retryable: false, httpStatus: 404 },
  BATCH_INCOMPLETE: { retryable: false, httpStatus: 409 },
  ARTIFACT_NOT_FOUND: { retryable: false, httpStatus: 404 },
  ARTIFACT_EXPIRED: { retryable: false, httpStatus: 410 },
  ARTIFACT_IN_USE: { retryable: false, httpStatus: 409 },
  CONTENT_MISMATCH: { retryable: false, httpStatus: 422 },
  WEBHOOK_NOT_FOUND: { retryable: false, httpStatus: 404 },
  WEBHOOK_DELIVERY_NOT_FOUND: { retryable: false, httpStatus: 404 },
  TOO_MANY_WEBHOOKS: { retryable: false, httpStatus: 409 },
  RANGE_NOT_SATISFIABLE: { retryable: false, httpStatus: 416 },

  // The HTTP request around it.
  ROUTE_NOT_FOUND: { retryable: false, httpStatus: 404 },
  METHOD_NOT_ALLOWED: { retryable: false, httpStatus: 405 },
  UNAUTHENTICATED: { retryable: false, httpStatus: 401 },
  LINK_INVALID: { retryable: false, httpStatus: 403 },
  LINK_EXPIRED: { retryable: false, httpStatus: 410 },
  CONTENT_TOO_LARGE: { retryable: false, httpStatus: 413 },
  UNSUPPORTED_MEDIA_TYPE: { retryable: false, httpStatus: 415 },
  REQUEST_TIMEOUT: { retryable: true, httpStatus: 408 },
  BODY_ALREADY_READ: { retryable: false, httpStatus: 500 },
  PAGE_NOT_FOUND: { retryable: false, httpStatus: 404 },
  TOO_MANY_STREAMS: { retryable: true, httpStatus: 429 },
  SERVER_BUSY: { retryable: true, httpStatus: 503 },
  TOO_MANY_REQUESTS: { retryable: true, httpStatus: 429 },

  // The document.
  DOCUMENT_EMPTY: { retryable: false, httpStatus: 422 },
  DOCUMENT_TRUNCATED: { retryable: false, httpStatus: 422 },
  DOCUMENT_UNREADABLE: { retryable: false, httpStatus: 422 },
  DOCUMENT_TOO_NEW: { retryable: false, httpStatus: 422 },
  UNSAFE_DOCUMENT: { retryable: false, httpStatus: 422 },
  PREFLIGHT_FAILED: { retryable: false, httpStatus: 422 },

  // The data of a merge.
  DATA_UNREADABLE: { retryable: false, httpStatus: 422 },
  RECORD_INVALID: { retryable: false, httpStatus: 422 },
  RECORDS_FAILED: { retryable: false, httpStatus: 422 },

  // The rendering.
  RENDERER_UNAVAILABLE: { retryable: true, httpStatus: 503 },
  RENDERER_CRASHED: { retryable: true, httpStatus: 502 },
  RENDER_TIMEOUT: { retryable: true, httpStatus: 504 },
  RENDER_LIMIT: { retryable: false, httpStatus: 422 },
  QUEUE_FULL: { retryable: true, httpStatus: 503 },
  RENDER_FAILED: { retryable: false, httpStatus: 422 },
  OUTPUT_UNWRITABLE: { retryable: true, httpStatus: 507 },
  OUTPUT_MISMATCH: { retryable: false, httpStatus: 502 },

  // The job's life.
  CLAIM_LOST: { retryable: true, httpStatus: 409 },
  POISONED: { retryable: false, httpStatus: 422 },
  CANCELLED: { retryable: false, httpStatus: 499 },

  // What we stand on.
  STORE_UNAVAILABLE: { retryable: true, httpStatus: 503 },
  STORE_NOT_OWNED: { retryable: false, httpStatus: 409 },
  STORE_FULL: { retryable: true, httpStatus: 507 },
  JOB_STORE_UNAVAILABLE: { retryable: true, httpStatus: 503 },
  QUEUE_UNAVAILABLE: { retryable: true, httpStatus: 503 },
  SCHEMA_OUTDATED: { retryable: false, httpStatus: 500 },
  CLOSED: { retryable: false, httpStatus: 503 },
  INTERNAL: { retryable: true, httpStatus: 500 },
} as const satisfies Readonly<Record<string, ErrorTraits>>;

/** The stable name of a failure. */
export type ErrorCode = keyof typeof errorTraits;

/** Whether `value` is one of our codes, for text that comes back from a database row or the wire. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorTraits, value);
}
