import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Rendition } from '@pubpipe/core';
import type { DocumentOfRecords, RenderedRecords } from '../../merge/index.ts';
import { placeOutputs, unwritable } from '../place-outputs.ts';
import type { MergeTargets } from './merge-targets.ts';

/**
 * Moves the files of a document to where its name says, all of them or none, and returns where.
 *
 * @throws PubpipeError `OUTPUT_UNWRITABLE`.
 */
export async function placeMerged(
  { directory, name, result, records }: RenderedRecords,
  targets: MergeTargets,
  template: string,
): Promise<readonly string[]> {
  const outputs = result.renditions.map((rendition) => ({
    from: join(directory, rendition.name),
    to: targetOf({ name, records }, rendition, targets),
  }));
  for (const folder of new Set(outputs.map(({ to }) => dirname(to)))) {
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw unwritable(folder, error);
    });
  }
  await placeOutputs(outputs, template);
  return outputs.map(({ to }) => to);
}

/** Where the PDF of a document goes. */
export const pdfTargetOf = ({ name, records }: DocumentOfRecords, { pdf = '', parts }: MergeTargets): string =>
  parts === undefined ? join(pdf, `${name}.pdf`) : join(parts, `${records.first}.pdf`);

function targetOf(document: DocumentOfRecords, { kind, page = 0 }: Rendition, targets: MergeTargets): string {
  const { name } = document;
  if (kind === 'pdf') return pdfTargetOf(document, targets);
  const ending = kind === 'png' ? '.png' : '.jpg';
  return join(targets[kind] ?? '', `${name}-page-${String(page).padStart(4, '0')}${ending}`);
}
