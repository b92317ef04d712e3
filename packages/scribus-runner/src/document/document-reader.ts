import { SaxesParser } from 'saxes';
import type { LinkedImage } from '../protocol/request.ts';
import { DocumentFacts } from './document-facts.ts';
import { LinkedImages } from './linked-images.ts';

/** What is wrong with a document's XML. */
export interface DocumentFault {
  readonly kind: 'unreadable' | 'truncated';
  readonly reason: string;
  /** Line in the document, from 1. */
  readonly line: number;
}

// Documents of Scribus 1.3 and 1.4 hold control characters, which Scribus reads and XML forbids.
const forgivable = /^(?:disallowed character|malformed character entity|undefined entity)$/;

/** Roots of Scribus documents: 1.3 to 1.6 and later, and the formats before. */
const currentRoot = 'SCRIBUSUTF8NEW';
const olderRoots: ReadonlySet<string> = new Set(['SCRIBUSUTF8', 'SCRIBUS']);

/**
 * Reads a document piece by piece and keeps only what the runner needs of it. Entities that a document
 * type declares are never resolved: using one is a doubt.
 */
export class DocumentReader {
  readonly #parser = new SaxesParser<{ position: true }>({ position: true });
  readonly #images = new LinkedImages();
  readonly #facts = new DocumentFacts();
  #fault: DocumentFault | undefined;
  #doubt: DocumentFault | undefined;
  #root: string | undefined;
  #version: string | undefined;
  #hasContent = false;
  #ending = false;

  constructor() {
    this.#parser.on('error', (error) => this.#fail(this.#ending ? 'truncated' : 'unreadable', error.message));
    this.#parser.on('opentag', ({ name, attributes }) => this.#see(name, attributes as Record<string, string>));
    this.#parser.on('closetag', ({ name }) => {
      this.#images.leave(name);
      this.#facts.leave(name);
    });
  }

  /** The first fault, once there is one; reading on is then useless. */
  get fault(): DocumentFault | undefined {
    return this.#fault;
  }

  /** The first place where the document is not XML by the letter, though Scribus may read it. */
  get doubt(): DocumentFault | undefined {
    return this.#doubt;
  }

  /** The version of the Scribus that wrote the document, as it says it. */
  get version(): string | undefined {
    return this.#version;
  }

  /** The files that the document's image frames show. */
  get linkedImages(): readonly LinkedImage[] {
    return this.#images.found;
  }

  /** What the document check wants to know of it. */
  get facts(): DocumentFacts {
    return this.#facts;
  }

  /** Reads the next piece of the document. */
  read(text: string): void {
    if (this.#fault === undefined) this.#parser.write(text);
  }

  /** Says that there is no more. */
  end(): void {
    if (this.#fault !== undefined) return;
    this.#ending = true;
    this.#parser.close();
    if (this.#root === currentRoot && !this.#hasContent) this.#fail('unreadable', 'it has no DOCUMENT element');
  }

  #see(element: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#root === undefined) {
      this.#root = element;
      this.#version = attributes['Version'];
      if (element !== currentRoot && !olderRoots.has(element)) {
        this.#fail('unreadable', `its first element is "${element.slice(0, 100)}" instead of "${currentRoot}"`);
      }
    }
    if (element === 'DOCUMENT') this.#hasContent = true;
    this.#images.see(element, attributes);
    this.#facts.see(element, attributes);
  }

  #fail(kind: DocumentFault['kind'], message: string): void {
    const reason = message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    const fault = { kind, reason, line: this.#parser.line };
    // The parser goes on after a fault: only the first one means something.
    if (forgivable.test(reason)) this.#doubt ??= fault;
    else this.#fault ??= fault;
  }
}
