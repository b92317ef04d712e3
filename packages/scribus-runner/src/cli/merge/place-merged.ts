import { mkdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Rendition } from '@pubpipe/core/driver';
import type { DocumentOfRecords, RenderedRecords } from '../../merge/index.ts';
import { relinkFile } from '../../merge/output/relink-images.ts';
import { placeOutputs, unwritable } from '../place-outputs.ts';
import { isProof } from './merge-proofs.ts';
import type { MergeTargets } from './merge-targets.ts';

/** Absolute paths of the files of a document. */
export interface PlacedDocument {
  readonly outputs: readonly string[];
  /** Which of them are proofs. */
  readonly proofs: readonly string[];
}

/**
 * Moves the files of a document to where its name says, all of them or none, and returns where. Folders in `made` are there;
 * what is made is added to them.
 *
 * @throws PubpipeError `OUTPUT_UNWRITABLE`.
 */
export async function placeMerged(
  { directory, name, result, records, filledDocument }: RenderedRecords,
  {
    targets,
    template,
    made,
  }: { readonly targets: MergeTargets; readonly template: string; readonly made: Set<string> },
): Promise<PlacedDocument> {
  const renditions = result.renditions.map((rendition) => ({
    from: join(directory, rendition.name),
    to: targetOf({ name, records }, rendition, targets),
    isProof: isProof(rendition),
  }));
  const filled =
    filledDocument === undefined || targets.sla === undefined
      ? []
      : [{ from: join(directory, filledDocument), to: join(targets.sla, `${name}.sla`), isDocument: true }];
  for (const { from, to } of filled) await relink(from, relative(dirname(to), dirname(template)));
  const outputs = [...renditions, ...filled];
  for (const folder of new Set(outputs.map(({ to }) => dirname(to)))) {
    if (made.has(folder)) continue;
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw unwritable(folder, error);
    });
    made.add(folder);
  }
  await placeOutputs(outputs, template);
  const proofs = renditions.filter((rendition) => rendition.isProof);
  return { outputs: outputs.map(({ to }) => to), proofs: proofs.map(({ to }) => to) };
}

/** Lets a document find its images from where it goes. */
async function relink(document: string, toTemplate: string): Promise<void> {
  try {
    await relinkFile(document, toTemplate);
  } catch (error) {
    throw unwritable(document, error);
  }
}

/** Where the PDF of a document goes. */
export const pdfTargetOf = ({ name, records }: DocumentOfRecords, { pdf = '', parts }: MergeTargets): string =>
  parts === undefined ? join(pdf, `${name}.pdf`) : join(parts, `${records.first}.pdf`);

function targetOf(document: DocumentOfRecords, rendition: Rendition, targets: MergeTargets): string {
  const { name } = document;
  const { kind, page = 0 } = rendition;
  if (kind === 'pdf') return pdfTargetOf(document, targets);
  const file = `${String(page).padStart(4, '0')}${kind === 'png' ? '.png' : '.jpg'}`;
  if (isProof(rendition)) return join(targets.proofs ?? '', `${name}-proof-${file}`);
  return join(targets[kind] ?? '', `${name}-page-${file}`);
}
