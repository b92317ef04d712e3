import { expect, test } from 'vitest';
import { apiSettings } from './api-settings.ts';
import { readSettings } from './read-settings.ts';
import { sharedSettings } from './shared-settings.ts';
import { workerSettings } from './worker-settings.ts';

const secret = 'hunter2-hunter2';
const shared = {
  DATABASE_URL: `postgres://print:${secret}@localhost/print`,
  QUEUE: 'redis',
  REDIS_URL: 'redis://localhost',
  ARTIFACTS: 'fs',
  ARTIFACTS_DIRECTORY: '/srv/artifacts',
};
const hash = 'a'.repeat(64);

/** What is wrong with an environment, a line for each variable. */
function complaints(schema: Parameters<typeof readSettings>[0], env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(schema, env);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}

test('numbers are numbers, what is left out has its default, and empty is as good as left out', () => {
  const settings = readSettings(workerSettings, { ...shared, SLOTS: '3', DRAIN_MS: '', HOME: '/root' });
  expect(settings).toMatchObject({ QUEUE: 'redis', SLOTS: 3, DRAIN_MS: 20_000, LOG_LEVEL: 'info' });
  expect(settings).not.toHaveProperty('HOME');
});

test('keys are pairs of a tenant and a hash', () => {
  const settings = readSettings(apiSettings, { ...shared, API_KEYS: `print-shop=${hash}, other=${'b'.repeat(64)}` });
  expect(settings.API_KEYS).toEqual([
    { tenant: 'print-shop', sha256: hash },
    { tenant: 'other', sha256: 'b'.repeat(64) },
  ]);
});

test('everything that is missing is named at once', () => {
  expect(complaints(apiSettings, {})).toEqual([
    'DATABASE_URL is missing: it must be a URL that begins with postgres:// or postgresql://',
    'QUEUE is missing: it must be redis or postgres',
    'ARTIFACTS is missing: it must be fs or s3',
    'API_KEYS is missing: it must be pairs of tenant=SHA-256, with a comma between two: issue-key.ts makes one',
  ]);
});

test('what a choice needs is asked for with it', () => {
  const { REDIS_URL: _, ...noRedis } = shared;
  expect(complaints(sharedSettings, noRedis)).toEqual([
    'REDIS_URL is missing: it must be a URL that begins with redis:// or rediss://',
  ]);
  expect(complaints(sharedSettings, { ...noRedis, QUEUE: 'postgres' })).toEqual([]);
  expect(complaints(sharedSettings, { ...shared, ARTIFACTS: 's3' })).toEqual([
    'S3_BUCKET is missing: it must be the name of a bucket',
  ]);
});

test('a wrong value is never repeated: it may be a secret', () => {
  const env = {
    ...shared,
    DATABASE_URL: `mysql://print:${secret}@localhost`,
    REDIS_URL: secret,
    QUEUE: 'redis',
    API_KEYS: `print-shop=${secret}`,
    LINK_SECRET: secret,
    WEBHOOK_KEY: secret,
    PORT: `80${secret}`,
    METRICS_PORT: '70000',
    LOG_LEVEL: secret,
  };
  const lines = complaints(apiSettings, env);
  expect(lines.join('\n')).not.toContain(secret);
  const { QUEUE: _, ARTIFACTS: __, ARTIFACTS_DIRECTORY: ___, ...wrong } = env;
  expect(new Set(lines.map((line) => line.split(':')[0]))).toEqual(new Set(Object.keys(wrong)));
});
