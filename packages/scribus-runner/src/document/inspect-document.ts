import { cancelled, PubpipeError, throwIfCancelled, toPubpipeError } from '@pubpipe/core/driver';
import type { LinkedImage } from '../protocol/request.ts';
import { DocumentFacts } from './document-facts.ts';
import { DocumentReader } from './document-reader.ts';
import { readDocumentText } from './document-text.ts';
import { LinkedImages } from './linked-images.ts';
import { Screening, type ScreeningMode } from './screening/screening.ts';

/** What the runner knows of a document without Scribus. */
export interface InspectedDocument {
  /** The version of the Scribus that wrote it, as it says it; undefined in documents without one. */
  readonly version: string | undefined;
  /** The files that its image frames show. */
  readonly linkedImages: readonly LinkedImage[];
  /** Absolute paths of all files that it links inside its input directory, whether they are there or not. */
  readonly linkedFiles: readonly string[];
  /** Whether a file that it links, or an image that it holds, is EPS, PostScript or PDF by content. */
  readonly needsGhostscript: boolean;
  /** What the document check wants to know of it. */
  readonly facts: DocumentFacts;
  /** Where it is not XML by the letter: the likely reason if Scribus refuses it. */
  readonly doubt: { readonly reason: string; readonly line: number } | undefined;
  /** SHA-256 of a document that is in no file, in hexadecimal. */
  readonly sha256?: string | undefined;
}

/** How a document is inspected. */
export interface InspectDocumentOptions {
  /** Whether it is packed with gzip. */
  readonly packed: boolean;
  /** Upper bound of the document, unpacked. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Absolute path of the directory that the document may link files of. @defaultValue the document's own */
  readonly inputDirectory?: string | undefined;
  /** @defaultValue 'on' */
  readonly screening?: ScreeningMode | undefined;
}

/**
 * Reads a document from beginning to end, never holding it whole, so that what Scribus refuses without
 * a reason is refused with one.
 *
 * @throws PubpipeError `DOCUMENT_EMPTY`, `DOCUMENT_TRUNCATED`, `DOCUMENT_UNREADABLE` when it is not a whole
 * Scribus document; details `line`.
 * @throws PubpipeError `UNSAFE_DOCUMENT` when screening refuses it; details `element`, `line`, `reason`, `value`.
 * @throws PubpipeError `CANCELLED`, or the signal's own PubpipeError, when `signal` aborts first.
 */
export async function inspectDocument(path: string, options: InspectDocumentOptions): Promise<InspectedDocument> {
  return await inspectDocumentText(path, readDocumentText(path, options), options);
}

/** The same for a document of which the text is there, and that would lie at `path`. */
export async function inspectDocumentText(
  path: string,
  content: AsyncIterable<string> | Iterable<string>,
  options: Omit<InspectDocumentOptions, 'packed' | 'maxBytes'>,
): Promise<InspectedDocument> {
  const screening = await Screening.of(path, options.inputDirectory, options.screening ?? 'on');
  const linkedImages = new LinkedImages();
  const facts = new DocumentFacts();
  const reader = new DocumentReader([screening, linkedImages, facts]);
  let empty = true;
  try {
    for await (const text of content) {
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
  const needsGhostscript = await inspectFiles(screening, options.signal);
  const { version, doubt } = reader;
  return {
    version,
    linkedImages: linkedImages.found,
    linkedFiles: screening.linkedFiles,
    needsGhostscript,
    facts,
    doubt,
  };
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

async function inspectFiles(screening: Screening, signal: AbortSignal): Promise<boolean> {
  try {
    return await screening.inspectFiles(signal);
  } catch (error) {
    if (signal.aborted) throw cancelled(signal);
    throw toPubpipeError(error, 'DOCUMENT_UNREADABLE', "The files of the document can't be read from disk.");
  }
}
