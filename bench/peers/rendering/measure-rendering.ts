import { globSync } from 'node:fs';
import { requirePrograms } from '../../../test/kit/require-programs.ts';
import type { Finding } from '../../suite.ts';
import { measureBatches } from './measure-batches.ts';
import { measureBroken } from './measure-broken.ts';
import { measureKilledRenders } from './measure-killed.ts';

const templates = '/usr/share/scribus/templates/*/*.sla.gz';
/** Every fourth: business cards, a cover, grids, a menu, a drawing full of transparency, a book of 23 pages. */
const everyNth = 4;

/** Rendering: our command beside what people write by hand. */
export async function measureRendering(rounds: number): Promise<readonly Finding[]> {
  await requirePrograms('peers');
  const documents = globSync(templates)
    .toSorted()
    .filter((_, index) => index % everyNth === 0);
  const [, before, after] = documents;
  if (before === undefined || after === undefined) throw new Error(`There are no templates of Scribus: ${templates}`);
  return [
    ...(await measureBatches(documents, rounds)),
    ...(await measureBroken([before, after])),
    ...(await measureKilledRenders(documents)),
  ];
}
