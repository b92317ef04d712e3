import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../packages/adapter-express');

/** Makes what browsers get of the page: only this has to be built before the tests. */
export default async function buildPage(): Promise<void> {
  const build = spawn('pnpm', ['run', '--silent', 'build:page'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [status] = await once(build, 'close');
  if (status !== 0) throw new Error(`The page was not built: exit status ${status}.`);
}
