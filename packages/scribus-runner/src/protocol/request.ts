/** An image frame of the document that shows a file. */
export interface LinkedImage {
  /** The file, as the document names it. */
  readonly file: string;
  /** Name of the frame, where it has one. */
  readonly object: string | null;
  /** Page number, from 1, of a frame that lies on a page itself. */
  readonly page: number | null;
  /** Name of the master page, of a frame on one. */
  readonly master: string | null;
}

/** What the script in Scribus is asked; see PROTOCOL.md. */
export interface ScripterRequest {
  readonly type: 'render';
  readonly document: string;
  readonly linkedImages: readonly LinkedImage[];
  readonly outputDirectory: string;
  readonly png: { readonly dpi: number; readonly pages: readonly number[] | null } | null;
  readonly pdf: boolean;
}
