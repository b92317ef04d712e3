const codes = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2 } as const;

/** A piece of a line on a terminal. */
export interface Span {
  readonly text: string;
  readonly color?: keyof typeof codes | undefined;
}

/** Joins the spans, cut to the width of the terminal: a line that wraps could not be drawn over. */
export function toLine(
  spans: readonly Span[],
  { columns, color }: { readonly columns: number; readonly color: boolean },
): string {
  let room = columns - 1;
  let line = '';
  for (const span of spans) {
    const text = span.text.slice(0, room);
    room -= text.length;
    line += color ? paint(text, span.color) : text;
  }
  return line.trimEnd();
}

function paint(text: string, color: Span['color']): string {
  return color === undefined || text === '' ? text : `\u001B[${codes[color]}m${text}\u001B[0m`;
}
