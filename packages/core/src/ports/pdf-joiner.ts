/** One PDF of those that are joined. */
export interface PdfPart {
  /** Absolute path of a whole PDF, which is only read, and stays as it is until the call has settled. */
  readonly path: string;
  /** What the bookmark of its first page says. @defaultValue no bookmark */
  readonly title?: string | undefined;
}

/** What to join, and where to. */
export interface JoinRequest {
  /** At least one, in the order of their pages. Taken as they are needed. */
  readonly parts: AsyncIterable<PdfPart> | Iterable<PdfPart>;
  /** Absolute path of the file that is made; nothing may be there. */
  readonly output: string;
  /** What the document information has for a title. @defaultValue the first part's */
  readonly title?: string | undefined;
}

/** A PDF that was joined and checked. */
export interface JoinedPdf {
  readonly pageCount: number;
  readonly byteSize: number;
}

/** Makes one PDF of many. Calls may run concurrently; who calls bounds them. */
export interface PdfJoiner {
  /**
   * Joins PDFs. It resolves only when the file is whole: it has the pages of all parts, in their order and with their boxes.
   * Otherwise there is no file. What several parts have in common, such as a picture, is in it once where it can be.
   * A part that has a title gets a bookmark. The same parts give the same bytes. When it has settled, no process that it
   * started is left. Once it is cancelled, or its time is over, it waits for no part any more.
   *
   * @throws PubpipeError `INVALID_INPUT` when there is no part.
   * @throws PubpipeError `OUTPUT_MISMATCH` when a part is no whole PDF or is encrypted, or what was made is not all of them.
   * @throws PubpipeError `OUTPUT_UNWRITABLE` when the file can't be written, or something is there already.
   * @throws PubpipeError `RENDER_LIMIT` when the parts are more, or need more, than the joiner allows.
   * @throws PubpipeError `RENDER_TIMEOUT` when it takes too long.
   * @throws PubpipeError `RENDERER_UNAVAILABLE` when a program that is needed can't be started.
   * @throws PubpipeError `CANCELLED` when `signal` aborts first.
   */
  join(request: JoinRequest, controls?: { readonly signal?: AbortSignal | undefined }): Promise<JoinedPdf>;
}
