const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
// XML 1.0 can't carry these at all: https://www.w3.org/TR/xml/#charsets. Nor can Scribus' texts.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
const stand = '\u{fffd}';

/** What ends a line within a value. */
export const lineBreaks = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;

/** A text as the value of an attribute: it comes back as it was, line breaks and tabs included. */
export const toAttributeValue = (text: string): string =>
  text.replaceAll(/[&<>"\t\n\r]/g, (found) => references[found] ?? found);

/** Puts U+FFFD where a text has what XML can't carry. */
export const withoutForbidden = (text: string): string => text.replaceAll(forbidden, stand);
