/** A file that went into a render. */
export interface ProvenanceFile {
  /**
   * Of a document or an asset, its path inside the input directory, or inside the zip that was rendered; of a font or
   * profile, its name, never its path.
   */
  readonly name: string;
  /** SHA-256 of its content, in lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** What a result was made of: the same of all this gives the same bytes, where the renderer promises it. */
export interface RenderProvenance {
  readonly renderedBy: { readonly name: string; readonly version: string };
  readonly document: ProvenanceFile;
  /** What the document links, and the fonts and profiles beside it, as far as they are there; sorted by name. */
  readonly assets: readonly ProvenanceFile[];
  /** Fonts of the renderer that the document uses, and those that stand in for missing ones; sorted by name. */
  readonly fonts: readonly ProvenanceFile[];
  /** ICC profiles of the renderer that the document or the request names and that matter; sorted by name. */
  readonly profiles: readonly ProvenanceFile[];
  /** What was asked for, with all defaults filled in and without passwords; it can be written as JSON. */
  readonly options: Readonly<Record<string, unknown>>;
}
