import { globSync } from 'node:fs';
import { requirePrograms } from '../../../test/kit/require-programs.ts';
import type { Finding } from '../../suite.ts';
import { measureBatches } from './measure-batches.ts';
import { measureBroken } from './measure-broken.ts';
import { measureKilledRenders } from './measure-killed.ts';

const templates = '/usr/share/scribus/templates/*/*.sla.gz';

/** Rendering: our command beside what people write by hand, on every so-many-th of Scribus' own templates. */
export async function measureRendering({
  rounds,
  everyNth,
}: {
  readonly rounds: number;
  readonly everyNth: number;
}): Promise<readonly Finding[]> {
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
