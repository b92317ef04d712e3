import { type ProvenanceFile, PubpipeError, type RenderProvenance } from '@pubpipe/core/driver';
import type { FileHashes } from './file-hashes.ts';

/** A file that went into a render. */
export interface NamedFile {
  /** What provenance calls it. */
  readonly name: string;
  /** Absolute path. It must come from a list that was made without the document, never from the document's process. */
  readonly path: string;
}

/** What {@link buildRenderProvenance} puts together. */
export interface RenderProvenanceSources {
  readonly scribusVersion: string;
  /** `sha256` is that of one that is not the file's content. */
  readonly document: NamedFile & { readonly sha256?: string | undefined };
  /** Files of the job besides the document. */
  readonly assets: readonly NamedFile[];
  /** Those of the installation. */
  readonly fonts: readonly NamedFile[];
  readonly profiles: readonly NamedFile[];
  /** What was asked for, complete. Undefined values are left out, and dates become text, as in JSON. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Says what a result was made of. Files that can't be read are left out.
 *
 * @throws PubpipeError `DOCUMENT_UNREADABLE` when the document itself is not there any more.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function buildRenderProvenance(
  sources: RenderProvenanceSources,
  { hashes, signal }: { readonly hashes: FileHashes; readonly signal: AbortSignal },
): Promise<RenderProvenance> {
  const { scribusVersion, document, assets, fonts, profiles, options } = sources;
  // One after the other: hashing is bound by one processor, which Scribus needs too.
  const hashAll = async (files: readonly NamedFile[], keep: boolean): Promise<ProvenanceFile[]> => {
    const found: ProvenanceFile[] = [];
    for (const { name, path } of files) {
      const sha256 = await hashes.sha256(path, { keep, signal });
      if (sha256 !== undefined) found.push({ name, sha256 });
    }
    return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  };
  const { name, sha256 } = document;
  const [hashed] = sha256 === undefined ? await hashAll([document], false) : [{ name, sha256 }];
  if (hashed === undefined) {
    throw new PubpipeError('DOCUMENT_UNREADABLE', 'The document was removed while it was rendered.');
  }
  return {
    renderedBy: { name: 'scribus', version: scribusVersion },
    document: hashed,
    // A document that is in no file is one of many, with the same assets.
    assets: await hashAll(assets, sha256 !== undefined),
    fonts: await hashAll(fonts, true),
    profiles: await hashAll(profiles, true),
    options: JSON.parse(JSON.stringify(options)) as Record<string, unknown>,
  };
}
