/** A fault of the document that `failOn` of a render request can turn into a failure. */
export type PreflightCheck = 'missing-image';

/** What the document check found. */
export interface PreflightFinding {
  readonly check: PreflightCheck;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** Page number, from 1; absent for objects that lie on no page. */
  readonly page?: number | undefined;
  /** Name of the frame or object in the document. */
  readonly object?: string | undefined;
  /** The linked file, as the document names it. */
  readonly file?: string | undefined;
}
