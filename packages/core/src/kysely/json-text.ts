/**
 * What a JSON column holds: text, in every database. So neither a driver's parsers nor what a database
 * does to JSON of its own (order of keys, NUL characters) comes between what is written and what is read.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value);
}

/** The value of a JSON column, or of JSON that a statement has made of rows, which some drivers parse themselves. */
export function parseJson(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : value;
}
