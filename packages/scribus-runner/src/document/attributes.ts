/** The attributes of one element. */
export type Attributes = Readonly<Record<string, string>>;

/** Longest name of a document that is kept: of a frame, a font, a colour. */
export const maxNameLength = 256;

/** A number of the document; undefined where there is none. */
export function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** A name of the document, cut to a length that can be reported; undefined where it is empty. */
export const nameOf = (text: string | undefined): string | undefined =>
  text === undefined || text === '' ? undefined : text.slice(0, maxNameLength);
