/** Writes a date as PDF does (ISO 32000-1, 7.9.4), in the form and the length of `like`; undefined when that is no date. */
export function pdfDate(like: string, date: Date): string | undefined {
  const [, zone] = /^D:\d{14}(Z|[+-]\d\d'\d\d'?|)$/.exec(like) ?? [];
  return zone === undefined ? undefined : `D:${isoSeconds(date).replace(/\D/g, '')}${utcLike(zone)}`;
}

/** Writes a date as XMP does, in the form and the length of `like`; undefined when that is no date. */
export function xmpDate(like: string, date: Date): string | undefined {
  const [, zone] = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d|)$/.exec(like) ?? [];
  return zone === undefined ? undefined : `${isoSeconds(date)}${utcLike(zone)}`;
}

const isoSeconds = (date: Date): string => date.toISOString().slice(0, 19);

/** The zone of UTC, written like this one. */
const utcLike = (zone: string): string => zone.replace(/[+-]/, '+').replace(/\d/g, '0');
