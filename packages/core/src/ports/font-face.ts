/** A font that documents can use. */
export interface FontFace {
  /** The name by which documents call it, such as `DejaVu Sans Book`. */
  readonly name: string;
  readonly family: string;
  /** What sets it apart within its family, such as `Bold Italic`. */
  readonly style: string;
  /** Name of its file, without folders. */
  readonly fileName: string;
  /** The file's ending in lower case, such as `ttf`, `otf` or `pfb`. */
  readonly format: string;
}

/** An ICC profile that documents can use. */
export interface ColorProfile {
  /** The description inside the file, by which documents call it. */
  readonly name: string;
  /** What its numbers are; `other` for what is rare in print. */
  readonly colorSpace: 'cmyk' | 'rgb' | 'gray' | 'lab' | 'other';
  /** What it describes: only an `output` profile can be the output intent of a PDF/X. */
  readonly kind: 'output' | 'display' | 'input' | 'other';
  /** Name of its file, without folders. */
  readonly fileName: string;
}
