/** A file that went into a render. */
export interface ProvenanceFile {
  /** Of a document or an asset, its path inside the input directory; of a font or profile, its name, never its path. */
  readonly name: string;
  /** SHA-256 of its content, in lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** What a result was made of: the same of all this gives the same bytes, where the renderer promises it. */
export interface RenderProvenance {
  readonly renderedBy: { readonly name: string; readonly version: string };
  readonly document: ProvenanceFile;
  /** The files beside the document, sorted by name. */
  readonly assets: readonly ProvenanceFile[];
  /** Fonts that the document uses and the renderer has, sorted by name. */
  readonly fonts: readonly ProvenanceFile[];
  /** ICC profiles that the document uses and the renderer has, sorted by name. */
  readonly profiles: readonly ProvenanceFile[];
  /** What was asked for, with all defaults filled in; it can be written as JSON. */
  readonly options: Readonly<Record<string, unknown>>;
}
