const lineFeed = 0x0a;

/**
 * Splits a byte stream into lines. A last line without its line feed is dropped: whoever wrote it died
 * in the middle. Throws a RangeError when a line is longer than `maxLineBytes`.
 */
export async function* readLines(source: AsyncIterable<Buffer>, maxLineBytes: number): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  let begunBytes = 0;
  for await (const piece of source) {
    let start = 0;
    for (let end = piece.indexOf(lineFeed); end !== -1; end = piece.indexOf(lineFeed, start)) {
      yield Buffer.concat([...begun, piece.subarray(start, end)]).toString('utf8');
      begun = [];
      begunBytes = 0;
      start = end + 1;
    }
    begun.push(piece.subarray(start));
    begunBytes += piece.length - start;
    if (begunBytes > maxLineBytes) throw new RangeError(`A line is longer than ${maxLineBytes} bytes.`);
  }
}
