import { build } from 'tsup';
import { pageClient } from '../../../packages/adapter-express/page-client.config.ts';

/** Makes what browsers get of the page: only this has to be built before the tests. */
export default async function buildPage(): Promise<void> {
  await build(pageClient);
}
