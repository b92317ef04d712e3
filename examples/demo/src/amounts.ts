/** Milliseconds as seconds with one decimal, such as `2.1`. */
export function formatSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

/** A whole number with its thousands separated, such as `143,210`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
