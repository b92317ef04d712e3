import { PubpipeError } from '../errors/pubpipe-error.ts';

const maxBytes = 1024;
const maxSegmentBytes = 255;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const forbidden = /[\u0000-\u001f\u007f\\]/;
const bytesOf = (text: string): number => new TextEncoder().encode(text).byteLength;

/**
 * Checks that `path` is one or more segments joined by `/` that can only lead downwards: no empty,
 * `.` or `..` segment, no backslash, no control character, well-formed Unicode, at most 255 bytes
 * of UTF-8 a segment and 1,024 in all (the limits of POSIX file systems and of S3).
 *
 * @throws PubpipeError `INVALID_INPUT` saying what is wrong.
 */
export function checkPathSegments(path: unknown, what: string): asserts path is string {
  const refuse = (why: string): never => {
    throw new PubpipeError('INVALID_INPUT', `${what} ${why}.`, { details: { value: String(path).slice(0, 200) } });
  };
  if (typeof path !== 'string' || path === '') return refuse('must be a text that is not empty');
  if (forbidden.test(path)) refuse('has a backslash or a control character');
  if (!path.isWellFormed()) refuse('is not well-formed Unicode');
  if (bytesOf(path) > maxBytes) refuse(`is longer than ${maxBytes} bytes`);
  for (const segment of path.split('/')) {
    if (segment === '') refuse('has an empty segment, or begins or ends with a slash');
    if (segment === '.' || segment === '..') refuse(`has the segment "${segment}"`);
    if (bytesOf(segment) > maxSegmentBytes) refuse(`has a segment longer than ${maxSegmentBytes} bytes`);
  }
}
