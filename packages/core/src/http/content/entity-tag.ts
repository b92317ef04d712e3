/** The strong tag of content (RFC 9110, section 8.8.3): other bytes have another. */
export const entityTagOf = (sha256: string): string => `"${sha256}"`;

/** Whether an `If-None-Match` names a tag. Its comparison is the weak one. */
export function matchesNoneOf(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(tag);
}

/** Whether an `If-Range` still holds: a strong tag that is ours. There are no dates here that would be exact enough. */
export function allowsRange(header: string | undefined, tag: string): boolean {
  return header === undefined || header.trim() === tag;
}
