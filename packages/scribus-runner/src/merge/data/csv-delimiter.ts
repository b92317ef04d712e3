const delimiters = [',', ';', '\t', '|'] as const;

/** The delimiter that the first line has most of, outside of quotes; a comma where it has none. */
export async function detectDelimiter(text: AsyncIterable<string>, maxLength: number): Promise<string> {
  const counts = new Map<string, number>(delimiters.map((delimiter) => [delimiter, 0]));
  let quoted = false;
  let length = 0;
  search: for await (const piece of text) {
    for (const character of piece) {
      if (character === '"') quoted = !quoted;
      if (quoted) continue;
      // Lines before the header may be empty.
      if ((character === '\n' || character === '\r') && [...counts.values()].some((count) => count > 0)) break search;
      const count = counts.get(character);
      if (count !== undefined) counts.set(character, count + 1);
    }
    length += piece.length;
    if (length > maxLength) break;
  }
  return delimiters.reduce((best, next) => ((counts.get(next) ?? 0) > (counts.get(best) ?? 0) ? next : best), ',');
}
