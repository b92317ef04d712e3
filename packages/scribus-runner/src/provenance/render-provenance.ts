import { join } from 'node:path';
import type { AssetName, ProvenanceFile, RenderProvenance } from '@pubpipe/core';
import type { FileHashes } from './file-hashes.ts';

/** A font or profile of the installation or the job, by name. */
interface NamedFile {
  readonly name: string;
  /** Absolute path. It must come from a list that was made without the document, never from the document's process. */
  readonly path: string;
}

/** What {@link buildRenderProvenance} puts together. */
export interface RenderProvenanceSources {
  readonly scribusVersion: string;
  readonly inputDirectory: string;
  readonly document: AssetName;
  /** The files beside the document. */
  readonly assets: readonly AssetName[];
  readonly fonts: readonly NamedFile[];
  readonly profiles: readonly NamedFile[];
  /** What was asked for, complete. Undefined values are left out, and dates become text, as in JSON. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Says what a result was made of.
 *
 * @throws PubpipeError `INVALID_INPUT` when one of the files is not a file.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function buildRenderProvenance(
  sources: RenderProvenanceSources,
  { hashes, signal }: { readonly hashes: FileHashes; readonly signal: AbortSignal },
): Promise<RenderProvenance> {
  const { scribusVersion, inputDirectory, document, assets, fonts, profiles, options } = sources;
  const ofInput = (name: AssetName): NamedFile => ({ name, path: join(inputDirectory, name) });
  // One after the other: hashing is bound by one processor, which Scribus needs too.
  const hashAll = async (files: readonly NamedFile[], keep: boolean): Promise<ProvenanceFile[]> => {
    const found: ProvenanceFile[] = [];
    for (const { name, path } of files) found.push({ name, sha256: await hashes.sha256(path, { keep, signal }) });
    return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  };
  const { path } = ofInput(document);
  return {
    renderedBy: { name: 'scribus', version: scribusVersion },
    document: { name: document, sha256: await hashes.sha256(path, { keep: false, signal }) },
    assets: await hashAll(assets.filter((name) => name !== document).map(ofInput), false),
    fonts: await hashAll(fonts, true),
    profiles: await hashAll(profiles, true),
    options: JSON.parse(JSON.stringify(options)) as Record<string, unknown>,
  };
}
