import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../packages/adapter-express');

/** Makes what browsers get of the page: only this has to be built before the tests. */
export default function buildPage(): void {
  const { status } = spawnSync('pnpm', ['run', 'build:page'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`The page was not built: exit status ${status}.`);
}
