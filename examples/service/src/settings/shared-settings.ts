import { tmpdir } from 'node:os';
import { z } from 'zod';
import { oneOf, port, text, urlOf, wholeNumber } from './values.ts';

const database = z.object({
  DATABASE_URL: urlOf('postgres:', 'postgresql:'),
  /** Most connections of one process, besides the one that listens for events. */
  DATABASE_CONNECTIONS: wholeNumber({ least: 2, most: 1_000 }).default(10),
});

/** What wakes workers. It may lose everything at any time: the truth is in PostgreSQL. */
const queue = z.discriminatedUnion(
  'QUEUE',
  [
    z.object({ QUEUE: z.literal('redis'), REDIS_URL: urlOf('redis:', 'rediss:') }),
    z.object({ QUEUE: z.literal('postgres') }),
  ],
  { error: 'it must be redis or postgres' },
);

/** Where files are. */
const artifacts = z.discriminatedUnion(
  'ARTIFACTS',
  [
    z.object({ ARTIFACTS: z.literal('fs'), ARTIFACTS_DIRECTORY: text('the path of a directory') }),
    z.object({
      ARTIFACTS: z.literal('s3'),
      S3_BUCKET: text('the name of a bucket'),
      /** Put before each key. */
      S3_PREFIX: z.string().default(''),
      S3_REGION: text('the name of a region').default('us-east-1'),
      /** Of a server other than AWS. */
      S3_ENDPOINT: urlOf('http:', 'https:').optional(),
      /** Without these two the AWS SDK looks for credentials where it always does. */
      S3_ACCESS_KEY: text('the id of an access key').optional(),
      S3_SECRET_KEY: text('a secret key').optional(),
    }),
  ],
  { error: 'it must be fs or s3' },
);

const operation = z.object({
  LOG_LEVEL: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal').default('info'),
  /** Metrics have no authentication: this address should be reachable for Prometheus alone. */
  METRICS_HOST: text('an address').default('127.0.0.1'),
  METRICS_PORT: port.default(9464),
  /** Where documents are while they are rendered, and PDFs while they are joined; a file system of its own bounds what they use. */
  SCRATCH_DIRECTORY: text('the path of a directory').default(tmpdir()),
  /** How long requests and renders that are under way may go on after SIGTERM. */
  DRAIN_MS: wholeNumber({ least: 0, most: 600_000 }).default(20_000),
});

/** Settings of the database, which migrations need alone. */
export const databaseSettings = database.and(queue);

/** Settings that all processes have. */
export const sharedSettings = databaseSettings.and(artifacts).and(operation);

export type DatabaseSettings = z.output<typeof databaseSettings>;
export type ArtifactsSettings = z.output<typeof artifacts>;
export type SharedSettings = z.output<typeof sharedSettings>;
