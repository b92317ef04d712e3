import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { apiSettings } from '../../src/settings/api-settings.ts';
import { readSettings } from '../../src/settings/read-settings.ts';
import { databaseSettings } from '../../src/settings/shared-settings.ts';
import { workerSettings } from '../../src/settings/worker-settings.ts';
import { readDockerfile, type Stage } from './dockerfile.ts';
import { environmentOf } from './start-in-image.ts';

interface Service {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly networks: readonly string[];
}

const folder = join(import.meta.dirname, '../..');
const compose = parse(await readFile(join(folder, 'compose.yaml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
};
const stages = readDockerfile(await readFile(join(folder, 'Dockerfile'), 'utf8'));
const ofImage = environmentOf(stages.at(-1) as Stage);
const given: Readonly<Record<string, string>> = {
  POSTGRES_PASSWORD: 'letters',
  API_KEYS: `print-shop=${'a'.repeat(64)}`,
  LINK_SECRET: 'x'.repeat(32),
  WEBHOOK_KEY: 'a'.repeat(64),
};

/** The environment of a container, with what a person has put into `.env`. */
function environment(name: string): Record<string, string> {
  const own = compose.services[name]?.environment ?? {};
  const filled = Object.entries(own).map(([variable, value]) => [
    variable,
    value.replaceAll(/\$\{(\w+)[^}]*\}/g, (_, asked: string) => given[asked] ?? ''),
  ]);
  return { ...ofImage, ...(Object.fromEntries(filled) as Record<string, string>) };
}

test.each([
  ['migrate', databaseSettings],
  ['api', apiSettings],
  ['worker', workerSettings],
] as const)(
  'the environment of %s is what that process takes, and every variable is one that it knows',
  (name, schema) => {
    const settings = readSettings<Record<string, unknown>>(schema, environment(name));
    expect(settings).toMatchObject({
      QUEUE: 'redis',
      DATABASE_URL: 'postgres://pubpipe:letters@postgres:5432/pubpipe',
    });
    const known = { ...readSettings<Record<string, unknown>>(apiSettings, environment('api')), ...settings };
    for (const variable of Object.keys(compose.services[name]?.environment ?? {}))
      expect(known).toHaveProperty(variable);
  },
);

test('processes have neither rights nor a writable root, and workers have no way out', () => {
  for (const name of ['migrate', 'api', 'worker']) {
    expect(compose.services[name]).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
  }
  expect(compose.services['worker']?.networks).toEqual(['inside']);
  expect(compose).toMatchObject({ networks: { inside: { internal: true } } });
});

test('images are pinned by version', () => {
  const bases = stages.map(({ base }) => base);
  const others = ['postgres', 'redis'].map((name) => compose.services[name]?.image ?? '');
  for (const image of [...bases, ...others]) expect(image).toMatch(/^[a-z]+:\d+\.\d+(?:\.\d+)?-[a-z-]+$/);
});
