import { createHash } from 'node:crypto';
import { z } from 'zod';
import { lanes } from '../job/lane.ts';
import type { NewJob } from '../ports/job-store.ts';
import { batchNameSchema } from './batch-name.ts';
import { assetNameSchema } from './rendition-schema.ts';

/** What a job of any type is asked for with, each field by itself. */
export const jobRequestFields = {
  tenant: z.string().min(1).max(200).default('default'),
  priority: z.int().min(-1_000).max(1_000).default(0),
  delayMs: z.int().min(0).default(0),
  // A Date or milliseconds since 1970; the same moment is the same request.
  runAt: z
    .union([z.date(), z.int().min(0).max(8.64e15)])
    .transform(Number)
    .optional(),
  lane: z.enum(lanes).optional(),
  maxAttempts: z.int().min(1).max(100).default(3),
  batch: batchNameSchema.optional(),
  reference: z.string().min(1).max(200).optional(),
  labels: z.record(z.string().max(100), z.string().max(1_000)).default({}),
  correlationId: z.string().min(1).max(200).optional(),
  idempotencyKey: z.string().min(1).max(200).optional(),
} as const;

/** The files beside the document. */
export const assetsField = z
  .array(z.strictObject({ name: assetNameSchema, artifact: z.uuid() }))
  .max(10_000)
  .refine((assets) => new Set(assets.map(({ name }) => name)).size === assets.length, 'two assets have the same name')
  .readonly()
  .default([]);

/** For the refinements of a whole request: when it may begin is said once. */
export const hasOneStart = ({ delayMs, runAt }: { readonly delayMs: number; readonly runAt?: number | undefined }) =>
  delayMs === 0 || runAt === undefined;

/** What is wrong otherwise. */
export const twoStarts = { path: ['runAt'], message: 'either delayMs or runAt' };

/** What a type of jobs makes of the fields that are its own. */
interface OwnPart {
  readonly type: string;
  readonly payload: unknown;
  readonly payloadVersion: number;
  /** The id of the document. */
  readonly document: string;
  readonly assets: readonly { readonly name: string; readonly artifact: string }[];
}

/** A request without the fields that are the own ones of its type. */
type CommonPart = z.output<z.ZodObject<typeof jobRequestFields>>;

/** Makes the job of a request. */
export function toNewJob({ type, payload, payloadVersion, document, assets }: OwnPart, common: CommonPart): NewJob {
  const { idempotencyKey, correlationId, ...rest } = common;
  return {
    ...rest,
    type,
    payload,
    payloadVersion,
    inputArtifactId: document,
    assets: assets.map(({ name, artifact }) => ({ name, artifactId: artifact })),
    idempotencyKey,
    correlationId,
    requestHash: hashOf({ document, assets, payload, ...rest, labels: sorted(rest.labels) }),
  };
}

// The schema fixes the order of the fields, and this the order of labels: equal requests give equal JSON.
const sorted = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
