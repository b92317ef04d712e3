import { SaxesParser } from 'saxes';
import type { DocumentCollector, DocumentElement } from './document-collector.ts';

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
 * Reads a document piece by piece, tells collectors of its elements, and judges only whether it is a
 * Scribus document. Entities that a document type declares are never resolved: using one is a doubt.
 */
export class DocumentReader {
  readonly #parser = new SaxesParser<{ position: true }>({ position: true });
  readonly #collectors: readonly DocumentCollector[];
  #fault: DocumentFault | undefined;
  #doubt: DocumentFault | undefined;
  #root: string | undefined;
  #version: string | undefined;
  #hasContent = false;
  #ending = false;

  constructor(collectors: readonly DocumentCollector[]) {
    this.#collectors = collectors;
    this.#parser.on('error', (error) => this.#fail(this.#ending ? 'truncated' : 'unreadable', error.message));
    this.#parser.on('opentag', ({ name, attributes }) =>
      this.#see({ name, attributes: attributes as Record<string, string>, line: this.#parser.line }),
    );
    for (const collector of collectors) collector.attach?.(this.#parser);
    this.#parser.on('closetag', ({ name }) => {
      for (const collector of this.#collectors) collector.close?.(name);
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

  #see(element: DocumentElement): void {
    const { name } = element;
    if (this.#root === undefined) {
      this.#root = name;
      this.#version = element.attributes['Version'];
      if (name !== currentRoot && !olderRoots.has(name)) {
        this.#fail('unreadable', `its first element is "${name.slice(0, 100)}" instead of "${currentRoot}"`);
      }
    }
    if (name === 'DOCUMENT') this.#hasContent = true;
    for (const collector of this.#collectors) collector.open(element);
  }

  #fail(kind: DocumentFault['kind'], message: string): void {
    const reason = message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    const fault = { kind, reason, line: this.#parser.line };
    // The parser goes on after a fault: only the first one means something.
    if (forgivable.test(reason)) this.#doubt ??= fault;
    else this.#fault ??= fault;
  }
}
