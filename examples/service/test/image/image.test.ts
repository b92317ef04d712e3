import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { issueApiKey } from '@pubpipe/core/http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFreePort } from '../../../../test/kit/free-port.ts';
import { createGuardedDirectory } from '../../../../test/kit/guarded-directory.ts';
import { type RedisServer, startRedisServer } from '../../../../test/kit/redis-server.ts';
import { leavesOutScribusRoot } from '../../../../test/kit/scribus-root.ts';
import { openTestDatabase } from '../../../../test/kit/shared-postgres.ts';
import { type FreshCopy, makeFreshCopy } from '../../../../test/newcomer/fresh-copy.ts';
import { listOf, readDockerfile, type Stage, textsOf } from './dockerfile.ts';
import { beginImage, type ImageRoot } from './image-root.ts';
import { environmentOf, startInImage } from './start-in-image.ts';

const run = promisify(execFile);
const example = join(import.meta.dirname, '../..');
const concerts = join(example, '../documents/lakeside-concerts');
const { key, stored } = issueApiKey('print-shop');
const headers = { 'X-API-Key': key };

const dockerfile = await readFile(join(example, 'Dockerfile'), 'utf8');
const [buildStage, imageStage] = readDockerfile(dockerfile) as [Stage, Stage];

/** Runs the stage that builds, on this machine instead of in its image; returns the folder that it makes as /app. */
async function runBuildStage(copy: FreshCopy): Promise<string> {
  const app = join(copy.directory, '../app');
  for (const script of textsOf(buildStage, 'RUN')) {
    await run('sh', ['-c', script.replace('/app', app)], {
      cwd: copy.directory,
      env: copy.environment,
      maxBuffer: 64 * 1024 * 1024,
    });
  }
  return app;
}

/** Runs the instructions of the stage that becomes the image. */
async function buildImage(directory: string, app: string): Promise<ImageRoot> {
  const image = await beginImage(directory);
  for (const { keyword, text } of imageStage.instructions) {
    if (keyword === 'RUN') await image.build(text, environmentOf(imageStage));
    else if (keyword === 'COPY') {
      expect(text).toBe('--from=build /app /app');
      await cp(app, join(image.layer, 'app'), { recursive: true, verbatimSymlinks: true });
    }
  }
  return image;
}

const leftOut = leavesOutScribusRoot(process.env);

describe.skipIf(leftOut)('the image, built and run without Docker (left out by SCRIBUS_1_6_ROOT=none)', () => {
  const owned = new AsyncDisposableStack();
  let image: ImageRoot;
  let redis: RedisServer;
  let directory: string;
  beforeAll(async () => {
    const copy = await makeFreshCopy();
    owned.defer(() => copy.remove());
    const guarded = await createGuardedDirectory('pubpipe-image-');
    owned.defer(() => guarded.remove());
    directory = guarded.path;
    image = await buildImage(directory, await runBuildStage(copy));
    redis = await startRedisServer();
    owned.defer(() => redis.stop());
  }, 900_000);
  afterAll(() => owned.disposeAsync());

  test('renders as its user, in the whole sandbox, and writes nowhere but where it may', {
    timeout: 300_000,
  }, async () => {
    const database = await openTestDatabase();
    owned.defer(() => database.drop());
    // What `docker volume` makes: owned as in the image.
    const volumes = await Promise.all(
      (listOf(imageStage, 'VOLUME') as string[]).map(async (path) => {
        const volume = { path, directory: join(directory, 'volumes', path) };
        await mkdir(volume.directory, { recursive: true });
        await run('chown', ['1000:1000', volume.directory]);
        return volume;
      }),
    );
    const fonts = volumes.find(({ path }) => path === '/fonts')?.directory ?? '';
    await cp(join(concerts, 'fonts'), fonts, { recursive: true });
    const port = await findFreePort();
    const settings = {
      DATABASE_URL: database.url,
      QUEUE: 'redis',
      REDIS_URL: redis.url,
      API_KEYS: `${stored.tenant}=${stored.sha256}`,
      // Loopback of this machine: there is no network of a container's own around it.
      HOST: '127.0.0.1',
      METRICS_HOST: '127.0.0.1',
      PORT: String(port),
      METRICS_PORT: '0',
    };
    const start = (command: readonly string[]) =>
      startInImage(image, imageStage, {
        command,
        settings,
        volumes,
        logFile: join(directory, `${command.join('-').replaceAll('/', '-')}.log`),
      });

    await (await start(['node', 'src/migrate.ts'])).succeed(60_000);
    const api = await start(listOf(imageStage, 'CMD'));
    const worker = await start(['node', 'src/worker.ts']);
    await worker.waitUntil('it renders', async () => (await worker.describe()).includes('"msg":"rendering"'), 60_000);
    await api.waitUntil('it listens', async () => (await api.describe()).includes('"msg":"listening"'), 60_000);

    const status = await worker.status();
    expect(status).toMatchObject({
      Uid: '1000',
      CapEff: '0000000000000000',
      CapBnd: '0000000000000000',
      NoNewPrivs: '1',
    });
    const url = `http://127.0.0.1:${port}/api`;
    const upload = async (path: string, fileName: string): Promise<string> => {
      const body = await readFile(join(concerts, path));
      const answer = await fetch(`${url}/artifacts?fileName=${fileName}`, { method: 'POST', headers, body });
      return ((await answer.json()) as { id: string }).id;
    };
    const answer = await fetch(`${url}/jobs`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json', Prefer: 'wait=30' },
      body: JSON.stringify({
        document: await upload('lakeside-concerts.sla', 'programme.sla'),
        assets: [{ name: 'images/lake-at-dusk.png', artifact: await upload('images/lake-at-dusk.png', 'lake.png') }],
        renditions: [
          { kind: 'pdf', profile: 'print' },
          { kind: 'png', dpi: 72 },
        ],
      }),
    });
    // The print profile fails where a font is missing: those of the volume are used.
    const job = (await answer.json()) as {
      outputs: readonly { name: string; artifact: { links: { content: string } } }[];
    };
    expect(job).toMatchObject({ status: 'completed' });
    const content = job.outputs.find(({ name }) => name === 'document.pdf')?.artifact.links.content ?? '';
    const pdf = await fetch(new URL(content, url), { headers });
    expect((await pdf.text()).slice(0, 5)).toBe('%PDF-');

    for (const child of [worker, api]) await child.stop();
    const touch = await start(['touch', '/app/written']);
    await expect(touch.succeed(10_000)).rejects.toThrow('Read-only file system');
  });
});
