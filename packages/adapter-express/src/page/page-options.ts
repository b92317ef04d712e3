import { PubpipeError } from '@pubpipe/core';

/** Options of `pubpipePage`. */
export interface PubpipePageOptions {
  /**
   * Where browsers find the routes of `pubpipeRouter`: an absolute path, or one relative to the page's own with its
   * slash at the end. It is on the page's own origin, as the key is sent there.
   * @defaultValue '..'
   */
  readonly apiPath?: string | undefined;
  /** What the page calls itself. @defaultValue 'Print jobs' */
  readonly title?: string | undefined;
  /**
   * Origins that downloads are redirected to, such as `https://bucket.example`, where the router has
   * `presignedDownloads`. Their CORS rules have to let this page read. @defaultValue none
   */
  readonly downloadOrigins?: readonly string[] | undefined;
}

/** {@link PubpipePageOptions}, complete. */
export type ResolvedPageOptions = {
  readonly [Name in keyof PubpipePageOptions]-?: NonNullable<PubpipePageOptions[Name]>;
};

const apiPathForm = /^(?:\/(?!\/)|\.{1,2}(?:\/|$))[^?#\\\s]*$/;

/**
 * Fills in the defaults.
 *
 * @throws PubpipeError `INVALID_INPUT` when the path leads to another origin, or an origin is none.
 */
export function resolvePageOptions(options: PubpipePageOptions = {}): ResolvedPageOptions {
  const { apiPath = '..', title = 'Print jobs', downloadOrigins = [] } = options;
  if (!apiPathForm.test(apiPath)) {
    throw new PubpipeError('INVALID_INPUT', 'apiPath must begin with one slash, or with ./ or ../, and have no query.');
  }
  for (const origin of downloadOrigins) {
    // What is no plain origin could add directives to the policy of the page.
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new PubpipeError('INVALID_INPUT', `downloadOrigins must be origins such as https://bucket.example.`);
    }
  }
  return Object.freeze({ apiPath, title, downloadOrigins: Object.freeze([...downloadOrigins]) });
}
