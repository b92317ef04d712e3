// Where colours of an EPS lie in files of their own (DCS 1 and 2), Scribus takes their names from these comments.
const tokens = /%%(?:(?:Cyan|Magenta|Yellow|Black)Plate:|PlateFile: \()|[\r\n]|[/\\]/g;
const longestComment = '%%MagentaPlate:'.length;

/**
 * Looks in an EPS for colour plates in other folders: Scribus hands each to Ghostscript as a file that it may read.
 * It finds comments in the middle of a line too, because an EPS with a preview says itself where its text begins.
 */
export class PlateScan {
  #rest = '';
  #inComment = false;
  #found = false;

  /** Whether there is one. */
  get found(): boolean {
    return this.#found;
  }

  /** Reads the next piece. */
  read(piece: Buffer): void {
    if (this.#found) return;
    const text = this.#rest + piece.toString('latin1');
    let end = 0;
    // Most files have no such comment at all.
    if (this.#inComment || text.includes('Plate')) {
      for (const { 0: token, index } of text.matchAll(tokens)) {
        end = index + token.length;
        if (token.startsWith('%%')) this.#inComment = true;
        else if (token === '\r' || token === '\n') this.#inComment = false;
        else if (this.#inComment) this.#found = true;
      }
    }
    // A comment may go on in the next piece; what was read of this one is not read again.
    this.#rest = text.slice(Math.max(end, text.length - longestComment));
  }
}
