/** The links of a Markdown text that lead to files or headings of this repository, with the lines they are in. */
export function findLinks(text) {
  return linesOutsideCode(text).flatMap(({ line, number }) =>
    [...line.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)]
      .map(([, target]) => ({ target, line: number }))
      .filter(({ target }) => !/^[a-z][a-z0-9+.-]*:/i.test(target)),
  );
}

/** What the headings of a Markdown text are called in links, as GitHub does it. */
export function findAnchors(text) {
  const seen = new Map();
  return linesOutsideCode(text, { keepInline: true }).flatMap(({ line }) => {
    const [, heading] = /^#{1,6}\s+(.*?)\s*#*$/.exec(line) ?? [];
    if (heading === undefined) return [];
    const words = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const count = seen.get(words) ?? 0;
    seen.set(words, count + 1);
    return [count === 0 ? words : `${words}-${count}`];
  });
}

/** Code is no text: what looks like a link or a heading there is none. */
function linesOutsideCode(text, { keepInline = false } = {}) {
  let fence;
  return text.split('\n').flatMap((line, index) => {
    const [, mark] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined;
      return [];
    }
    if (fence !== undefined) return [];
    // The name of a link may be code; where it leads to is none.
    return [{ line: keepInline ? line : line.replaceAll(/(?<!\[)`[^`]*`(?!\])/g, ''), number: index + 1 }];
  });
}
