import { PubpipeError } from '../errors/pubpipe-error.ts';

/** What clients are given to go on behind the row of an id. */
export const toCursor = (id: string): string => Buffer.from(id).toString('base64url');

/**
 * The id in such a cursor.
 *
 * @throws PubpipeError `INVALID_INPUT` when it is none that a list has returned.
 */
export const fromCursor = (cursor: string): string => readCursor(cursor, /^[0-9a-f-]{36}$/);

/** The same for a position of the feed. */
export const toPositionCursor = (position: number): string => toCursor(String(position));

/**
 * The position in such a cursor.
 *
 * @throws PubpipeError `INVALID_INPUT` when it is none that a list has returned.
 */
export const fromPositionCursor = (cursor: string): number => Number(readCursor(cursor, /^\d{1,15}$/));

function readCursor(cursor: string, form: RegExp): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (form.test(text)) return text;
  throw new PubpipeError('INVALID_INPUT', 'The cursor is not one that a list returned.');
}
