import type { ErrorCode } from '@pubpipe/core/driver';

/** Exit codes of the command, as `--help` and the README explain them. Signals have 128 and their number. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  unavailable: 3,
  document: 4,
  preflight: 5,
  rendering: 6,
  limits: 7,
  unwritable: 8,
  several: 9,
  interrupted: 130,
} as const;

const { unexpected, usage, unavailable, document, preflight, rendering, limits, unwritable, interrupted } = exitCodes;

const exitCodeOf = {
  INVALID_INPUT: usage,
  DOCUMENT_EMPTY: document,
  DOCUMENT_TRUNCATED: document,
  DOCUMENT_UNREADABLE: document,
  DOCUMENT_TOO_NEW: document,
  UNSAFE_DOCUMENT: document,
  PREFLIGHT_FAILED: preflight,
  DATA_UNREADABLE: document,
  RECORD_INVALID: document,
  RENDERER_UNAVAILABLE: unavailable,
  RENDERER_CRASHED: rendering,
  RENDER_FAILED: rendering,
  OUTPUT_MISMATCH: rendering,
  RENDER_TIMEOUT: limits,
  RENDER_LIMIT: limits,
  QUEUE_FULL: limits,
  OUTPUT_UNWRITABLE: unwritable,
  CANCELLED: interrupted,
  INTERNAL: unexpected,
  // What follows belongs to jobs, stores and HTTP, which this command has none of.
  ROUTE_NOT_FOUND: unexpected,
  METHOD_NOT_ALLOWED: unexpected,
  UNAUTHENTICATED: unexpected,
  LINK_INVALID: unexpected,
  LINK_EXPIRED: unexpected,
  CONTENT_TOO_LARGE: unexpected,
  UNSUPPORTED_MEDIA_TYPE: unexpected,
  REQUEST_TIMEOUT: unexpected,
  BODY_ALREADY_READ: unexpected,
  PAGE_NOT_FOUND: unexpected,
  TOO_MANY_STREAMS: unexpected,
  SERVER_BUSY: unexpected,
  TOO_MANY_REQUESTS: unexpected,
  IDEMPOTENCY_CONFLICT: unexpected,
  ILLEGAL_TRANSITION: unexpected,
  JOB_NOT_FOUND: unexpected,
  BATCH_NOT_FOUND: unexpected,
  BATCH_INCOMPLETE: unexpected,
  ARTIFACT_NOT_FOUND: unexpected,
  ARTIFACT_EXPIRED: unexpected,
  ARTIFACT_IN_USE: unexpected,
  CONTENT_MISMATCH: unexpected,
  RANGE_NOT_SATISFIABLE: unexpected,
  WEBHOOK_NOT_FOUND: unexpected,
  WEBHOOK_DELIVERY_NOT_FOUND: unexpected,
  TOO_MANY_WEBHOOKS: unexpected,
  RECORDS_FAILED: unexpected,
  CLAIM_LOST: unexpected,
  POISONED: unexpected,
  STORE_UNAVAILABLE: unexpected,
  STORE_FULL: unexpected,
  STORE_NOT_OWNED: unexpected,
  JOB_STORE_UNAVAILABLE: unexpected,
  QUEUE_UNAVAILABLE: unexpected,
  SCHEMA_OUTDATED: unexpected,
  CLOSED: unexpected,
} as const satisfies Readonly<Record<ErrorCode, number>>;

/**
 * The exit code for the failures of all documents: that of their kind, or `several` when they are of
 * more than one. What ended the command early goes before what single documents failed for.
 */
export function toExitCode(failures: Iterable<ErrorCode>): number {
  const codes = new Set<number>(Array.from(failures, (code) => exitCodeOf[code]));
  for (const early of [interrupted, unavailable]) if (codes.has(early)) return early;
  const [only = exitCodes.ok, other] = codes;
  return other === undefined ? only : exitCodes.several;
}
