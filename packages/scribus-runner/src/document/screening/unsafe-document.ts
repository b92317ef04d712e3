import { PubpipeError } from '@pubpipe/core/driver';

/** Why a document is refused before Scribus sees it. Stable words: callers may look at them. */
export type UnsafeReason =
  | 'render-frame'
  | 'script-3d'
  | 'unknown-frame'
  | 'javascript'
  | 'pdf-action'
  | 'path-outside'
  | 'path-characters'
  | 'url'
  | 'symlink'
  | 'special-file'
  | 'svg-reference'
  | 'svg-unreadable'
  | 'image-data'
  | 'image-extension'
  | 'image-kind'
  | 'plate-outside'
  | 'dtd'
  | 'encoding'
  | 'namespace'
  | 'processing-instruction'
  | 'gzip-ratio'
  | 'zip-name'
  | 'zip-duplicate'
  | 'zip-ratio'
  | 'limit';

/** What is unsafe, and where. */
export interface UnsafePart {
  readonly reason: UnsafeReason;
  /** The rest of the sentence "The document …". */
  readonly what: string;
  /** Name of the element, or null where it is not an element. */
  readonly element?: string | undefined;
  /** Line in the document, from 1. */
  readonly line?: number | undefined;
  /** What stands there. */
  readonly value?: string | undefined;
}

const maxValueLength = 200;

/** An `UNSAFE_DOCUMENT` error; details `element`, `line`, `reason`, `value` cut to 200 characters, each null where there is none. */
export function unsafeDocument({ reason, what, element, line, value }: UnsafePart): PubpipeError {
  const where = line === undefined ? '' : ` (line ${line})`;
  return new PubpipeError('UNSAFE_DOCUMENT', `The document ${what}${where}.`, {
    details: {
      element: element?.slice(0, maxValueLength) ?? null,
      line: line ?? null,
      reason,
      value: value?.slice(0, maxValueLength) ?? null,
    },
  });
}
