import { SaxesParser } from '../document/xml-parser.ts';

/** A property of XMP metadata, and where its value stands. */
export interface XmpProperty {
  /** Namespace of its name. */
  readonly uri: string;
  readonly name: string;
  readonly value: string;
  /** Offset of its value. Only of values that are written without entities. */
  readonly start: number;
}

/**
 * Lists the properties with a plain value, whether written as attributes or as elements. XMP that is not
 * well-formed has the properties before its fault.
 */
export function xmpProperties(xmp: Buffer): readonly XmpProperty[] {
  // A character for each byte, so that positions are offsets; the names asked for are ASCII.
  const text = xmp.toString('latin1');
  const found: XmpProperty[] = [];
  const keep = (uri: string, name: string, value: string, start: number) => {
    if (text.startsWith(value, start)) found.push({ uri, name, value, start });
  };
  const parser = new SaxesParser({ xmlns: true, position: true });
  let ends: number[] = [];
  let open: { readonly uri: string; readonly name: string; readonly start: number } | undefined;
  parser.on('opentagstart', () => {
    ends = [];
  });
  parser.on('attribute', () => ends.push(parser.position - 1));
  parser.on('opentag', (tag) => {
    for (const [index, { uri, local, value }] of Object.values(tag.attributes).entries()) {
      keep(uri, local, value, (ends[index] ?? 0) - value.length);
    }
    open = { uri: tag.uri, name: tag.local, start: parser.position };
  });
  parser.on('text', (value) => {
    if (open !== undefined) keep(open.uri, open.name, value, open.start);
    open = undefined;
  });
  parser.on('closetag', () => {
    open = undefined;
  });
  // Nothing depends on metadata that nobody can read.
  parser.on('error', (error) => {
    throw error;
  });
  try {
    parser.write(text).close();
  } catch {
    return found;
  }
  return found;
}
