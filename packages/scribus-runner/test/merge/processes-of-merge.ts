import { readlink } from 'node:fs/promises';
import type { RendererUnderTest } from '../integration/open-renderer.ts';
import { processesOf } from '../integration/renderer-processes.ts';

/** Numbers of processes. */
export interface ProcessesOfMerge {
  readonly template: readonly number[];
  readonly records: readonly number[];
}

/** The processes of a renderer's templates, and those that make their records, by where they work. */
export async function processesOfMerge({ temporaryDirectory }: RendererUnderTest): Promise<ProcessesOfMerge> {
  const found = { template: [] as number[], records: [] as number[] };
  for (const { id, warm } of await processesOf(temporaryDirectory)) {
    const directory = await readlink(`/proc/${id}/cwd`).catch(() => '');
    if (!warm && directory !== '') found[/\/records\/\d+\/own/.test(directory) ? 'records' : 'template'].push(id);
  }
  return found;
}
