import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Rendition } from '@pubpipe/core';
import type { DocumentOfRecords, RenderedRecords } from '../../merge/index.ts';
import { placeOutputs, unwritable } from '../place-outputs.ts';
import type { MergeTargets } from './merge-targets.ts';
import { relinkImages } from './relink-images.ts';

/**
 * Moves the files of a document to where its name says, all of them or none, and returns where.
 *
 * @throws PubpipeError `OUTPUT_UNWRITABLE`.
 */
export async function placeMerged(
  { directory, name, result, records, filledDocument }: RenderedRecords,
  targets: MergeTargets,
  template: string,
): Promise<readonly string[]> {
  const renditions = result.renditions.map((rendition) => ({
    from: join(directory, rendition.name),
    to: targetOf({ name, records }, rendition, targets),
  }));
  const filled =
    filledDocument === undefined || targets.sla === undefined
      ? []
      : [{ from: join(directory, filledDocument), to: join(targets.sla, `${name}.sla`), isDocument: true }];
  for (const { from, to } of filled) await relink(from, relative(dirname(to), dirname(template)));
  const outputs = [...renditions, ...filled];
  for (const folder of new Set(outputs.map(({ to }) => dirname(to)))) {
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw unwritable(folder, error);
    });
  }
  await placeOutputs(outputs, template);
  return outputs.map(({ to }) => to);
}

/** Lets a document find its images from where it goes. */
async function relink(document: string, toTemplate: string): Promise<void> {
  try {
    await writeFile(document, relinkImages(await readFile(document, 'utf8'), toTemplate));
  } catch (error) {
    throw unwritable(document, error);
  }
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
