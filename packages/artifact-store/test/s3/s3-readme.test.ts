import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { useS3Bucket } from '../support/s3-bucket.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bucket = useS3Bucket();

it('the program for S3 in the README runs and prints what it stored, and a URL of it', async () => {
  const readme = await readFile(`${root}/README.md`, 'utf8');
  const programs = [...readme.matchAll(/```ts\n(?<code>.*?)```/gs)].map(({ groups }) => groups?.['code'] ?? '');
  const program = programs
    .find((code) => code.includes('createS3ArtifactStore'))
    ?.replace('my-artifacts', bucket().name);
  const { endpoint, region, accessKeyId, secretAccessKey } = bucket().access;

  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@pubpipe/source', '--input-type=module-typescript', '--eval', program ?? ''],
    {
      cwd: root,
      env: {
        ...process.env,
        AWS_ENDPOINT_URL_S3: endpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
    },
  );

  const [content, url = ''] = stdout.split('\n');
  expect(content).toBe('Any stream, of any length.');
  expect(await (await fetch(url)).text()).toBe(`${content}\n`);
});
