/**
 * How a colour's name may be written in a PDF, as characters of a byte each: UTF-8 as the standard says, or
 * Latin-1 with a question mark for what it doesn't have, as Scribus writes it.
 */
export function spotColourSpellings(name: string): readonly string[] {
  const utf8 = Buffer.from(name, 'utf8').toString('latin1');
  const latin1 = name.replace(/[\u{100}-\u{ffff}]/gu, '?').replace(/[\u{10000}-\u{10ffff}]/gu, '??');
  return [utf8, latin1];
}
