import { SaxesParser } from 'saxes';
import type { UnsafeReason } from './unsafe-document.ts';

/** Why an SVG is refused. */
export interface SvgFault {
  readonly reason: UnsafeReason;
  readonly what: string;
  readonly value: string;
}

// Bounds of a drawing, unpacked; drawings of maps have some ten megabytes.
const maxSvgBytes = 128 * 1024 * 1024;
const maxDepth = 500;
const forgivable = /(?:disallowed character|malformed character entity|undefined entity|namespace prefix)/;
const singleByteEncodings = /^(?:utf-?8|us-ascii|iso-8859-\d+|windows-125\d)$/i;
// Where a reader may click, not what is drawn.
const hyperlinks: ReadonlySet<string> = new Set(['a']);

/**
 * Reads an SVG and tells of the first thing in it that would make its reader open another file, or of which
 * one can't be sure.
 */
export class SvgScreen {
  readonly #parser = new SaxesParser<{ position: true }>({ position: true });
  readonly #decoder = new TextDecoder();
  #fault: SvgFault | undefined;
  #bytes = 0;
  #depth = 0;
  /** Whether the first character besides space is that of markup; undefined before there is one. */
  #isMarkup: boolean | undefined;

  constructor() {
    const parser = this.#parser;
    parser.on('xmldecl', ({ encoding = 'utf-8' }) => {
      if (!singleByteEncodings.test(encoding))
        this.#refuse('encoding', 'is in an encoding that is not screened', encoding);
    });
    parser.on('doctype', (type) => {
      const value = riskyEntity(type);
      if (value !== undefined) this.#refuse('dtd', 'declares entities that are more than text', value);
    });
    parser.on('opentag', ({ name, attributes }) => {
      this.#depth += 1;
      if (this.#depth > maxDepth) this.#refuse('limit', `nests elements deeper than ${maxDepth}`, name);
      if (!hyperlinks.has(localName(name))) this.#checkLinks(attributes as Record<string, string>);
    });
    parser.on('closetag', () => {
      this.#depth -= 1;
    });
    parser.on('error', ({ message }) => {
      if (!forgivable.test(message)) this.breakOff(message);
    });
  }

  /** The first fault, once there is one; reading on is then useless. */
  get fault(): SvgFault | undefined {
    return this.#fault;
  }

  /** Reads the next piece. */
  read(piece: Uint8Array): void {
    if (this.#fault !== undefined) return;
    this.#bytes += piece.byteLength;
    if (this.#bytes > maxSvgBytes) this.#refuse('limit', `is larger than ${maxSvgBytes} bytes`, '');
    else if (piece.includes(0)) this.#refuse('encoding', 'is in an encoding that is not screened', 'UTF-16');
    else this.#readText(this.#decoder.decode(piece, { stream: true }));
  }

  /** Says that there is no more. */
  end(): void {
    if (this.#fault === undefined && this.#isMarkup === true) this.#parser.close();
  }

  /** Says that there should be more, and can't be read. */
  breakOff(why: string): void {
    this.#refuse('svg-unreadable', "can't be read to its end", why);
  }

  /** What doesn't begin with markup is no XML for Scribus either: an image that nobody can read. */
  #readText(text: string): void {
    if (this.#isMarkup === undefined && text.trimStart() !== '') this.#isMarkup = text.trimStart().startsWith('<');
    if (this.#isMarkup === true) this.#parser.write(text);
  }

  #checkLinks(attributes: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(attributes)) {
      if (localName(name) !== 'href' || isHarmlessLink(value)) continue;
      this.#refuse('svg-reference', 'links another file', value);
    }
  }

  #refuse(reason: UnsafeReason, what: string, value: string): void {
    this.#fault ??= { reason, what, value };
  }
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** A part of the drawing itself, data that is in the link, or a name that leads downwards. */
function isHarmlessLink(link: string): boolean {
  const text = link.trim();
  if (text === '' || text.startsWith('#') || /^data:/i.test(text)) return true;
  // `&` is the beginning of an entity that was not resolved; a scheme or a drive has a `:`.
  return !/^[/\\]|[:&\\]|(?:^|\/)\.\.(?:\/|$)/.test(text);
}

/** An entity whose text is elsewhere, or holds markup or references: Illustrator's own are plain names of namespaces. */
function riskyEntity(type: string): string | undefined {
  const declarations = type.match(/<!ENTITY[^>]*/g) ?? [];
  return declarations.find((declaration) => !/^<!ENTITY\s+[\w.:-]+\s+(?:"[^"<&%]*"|'[^'<&%]*')\s*$/.test(declaration));
}
