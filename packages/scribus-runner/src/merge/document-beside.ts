import { dirname, join } from 'node:path';
import { type AssetName, PubpipeError, parseAssetName } from '@pubpipe/core/driver';
import { hiddenPrefix } from '../engine/workspace-owner.ts';
import type { TemplatePlace } from './template/open-template.ts';

/** A hidden name beside a template: links and fonts are looked for beside the document, so there it must lie. */
export const nameBeside = ({ document }: TemplatePlace, id: string): AssetName =>
  parseAssetName(join(dirname(document), `${hiddenPrefix('merge')}${id}.sla`));

/** Tells what the disk refuses as `OUTPUT_UNWRITABLE`. */
export async function writable<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException;
    throw new PubpipeError('OUTPUT_UNWRITABLE', `${path ?? 'A file'} can't be written: ${code}.`, { cause });
  }
}
