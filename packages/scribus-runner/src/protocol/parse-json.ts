/** Reads JSON; undefined, which JSON can't say, where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // That it is none is the answer.
    return undefined;
  }
}
