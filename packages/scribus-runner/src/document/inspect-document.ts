import { cancelled, PubpipeError, throwIfCancelled, toPubpipeError } from '@pubpipe/core';
import type { LinkedImage } from '../protocol/request.ts';
import type { DocumentFacts } from './document-facts.ts';
import { DocumentReader } from './document-reader.ts';
import { readDocumentText } from './document-text.ts';

/** What the runner knows of a document without Scribus. */
export interface InspectedDocument {
  /** The version of the Scribus that wrote it, as it says it; undefined in documents without one. */
  readonly version: string | undefined;
  /** The files that its image frames show. */
  readonly linkedImages: readonly LinkedImage[];
  /** What the document check wants to know of it. */
  readonly facts: DocumentFacts;
  /** Where it is not XML by the letter: the likely reason if Scribus refuses it. */
  readonly doubt: { readonly reason: string; readonly line: number } | undefined;
}

/**
 * Reads a document from beginning to end, never holding it whole, so that what Scribus refuses without
 * a reason is refused with one.
 *
 * @throws PubpipeError `DOCUMENT_EMPTY`, `DOCUMENT_TRUNCATED`, `DOCUMENT_UNREADABLE` when it is not a whole
 * Scribus document; details `line`.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function inspectDocument(
  path: string,
  options: { readonly packed: boolean; readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<InspectedDocument> {
  const reader = new DocumentReader();
  let empty = true;
  try {
    for await (const text of readDocumentText(path, options)) {
      empty &&= text.trim() === '';
      reader.read(text);
      if (reader.fault !== undefined) break;
    }
  } catch (error) {
    if (options.signal.aborted) throw cancelled(options.signal);
    throw toPubpipeError(error, 'DOCUMENT_UNREADABLE', "The document can't be read from disk.");
  }
  throwIfCancelled(options.signal);
  if (empty) throw new PubpipeError('DOCUMENT_EMPTY', 'The document is empty.');
  reader.end();
  throwFault(reader);
  return { version: reader.version, linkedImages: reader.linkedImages, facts: reader.facts, doubt: reader.doubt };
}

function throwFault({ fault }: DocumentReader): void {
  if (fault === undefined) return;
  const { kind, reason, line } = fault;
  if (kind === 'truncated') {
    throw new PubpipeError('DOCUMENT_TRUNCATED', `The document ends too early, in line ${line}: ${reason}.`, {
      details: { line },
    });
  }
  throw new PubpipeError('DOCUMENT_UNREADABLE', `This is not a Scribus document: ${reason} (line ${line}).`, {
    details: { line },
  });
}
