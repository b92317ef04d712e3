import { recordInvalid } from '../data/data-faults.ts';
import type { DataRecord } from '../data/data-record.ts';
import { assetFault } from './asset-value.ts';
import type { MergeFinding } from './merge-finding.ts';
import type { ResolvedTemplateLanguage } from './template-language.ts';
import { isPlainName, type Piece } from './variables.ts';
import { withoutForbidden } from './xml-text.ts';

const lineBreakOrTab = /\r\n|[\t\n\v\f\r\u0085\u2028\u2029]/g;

/** Goes through the records of one document while its template is filled, and gives the values of variables. */
export class RecordCursor {
  readonly #records: readonly DataRecord[];
  readonly #language: ResolvedTemplateLanguage;
  readonly #findings = new Map<string, MergeFinding>();
  #index = 0;

  /** The records in their order; where there are fewer than the template takes, the values of the others are empty. */
  constructor(records: readonly DataRecord[], language: ResolvedTemplateLanguage) {
    this.#records = records;
    this.#language = language;
  }

  /** What was changed in values, each once. */
  get findings(): readonly MergeFinding[] {
    return [...this.#findings.values()];
  }

  /** Goes on to the next record. */
  next(): void {
    this.#index += 1;
  }

  /**
   * The value of a variable; `%VAR_COUNT%` is the place of the record in the data where no column is named so.
   * Undefined where the data has no such column and the variable is to stay as it is written.
   */
  valueOf(name: string): string | undefined {
    const record = this.#records[this.#index];
    if (record === undefined) return '';
    const value = record.values.get(name) ?? (name === 'COUNT' ? String(record.number) : undefined);
    if (value === undefined) return this.#language.emptyValues !== 'keep' && isPlainName(name) ? '' : undefined;
    const clean = withoutForbidden(value);
    if (clean !== value) this.#noteReplaced(record.number, name);
    return this.#language.lineBreaks === 'space' ? clean.replaceAll(lineBreakOrTab, ' ') : clean;
  }

  /** The record at which it is; undefined where there are no more. */
  get record(): DataRecord | undefined {
    return this.#records[this.#index];
  }

  /** Notes something about a record, once for each column. */
  note(finding: MergeFinding): void {
    this.#findings.set(`${finding.kind} ${finding.record} ${finding.column}`, finding);
  }

  /** The text of an attribute. */
  textOf(pieces: readonly Piece[]): string {
    return pieces.map((piece) => this.#textOfPiece(piece)).join('');
  }

  /**
   * The path of an image: empty where one of its variables is.
   *
   * @throws PubpipeError `RECORD_INVALID`, reason `asset`, for a value that leads away from where the template looks.
   */
  assetOf(pieces: readonly Piece[]): string {
    let missing = false;
    const parts = pieces.map((piece) => {
      const record = this.#records[this.#index];
      const text = this.#textOfPiece(piece);
      if (piece.kind !== 'variable') return text;
      missing ||= text === '';
      const fault = assetFault(text);
      if (fault === undefined || record === undefined) return text;
      const what = `names a file that ${fault}`;
      const { number, line } = record;
      throw recordInvalid('asset', what, { record: number, line, column: piece.name, value: text });
    });
    return missing ? '' : parts.join('');
  }

  /** The name of a colour. Throws `RECORD_INVALID`, reason `colour`, for one that the template doesn't have. */
  colorOf(pieces: readonly Piece[], known: ReadonlySet<string>): string {
    const record = this.#records[this.#index];
    const name = this.textOf(pieces);
    if (name === '' || name === 'None' || known.has(name) || record === undefined) return name;
    const what = `names the colour "${name.slice(0, 100)}", which the template doesn't have`;
    const column = pieces.find(({ kind }) => kind === 'variable');
    const columnName = column?.kind === 'variable' ? column.name : undefined;
    throw recordInvalid('colour', what, { record: record.number, line: record.line, column: columnName, value: name });
  }

  #textOfPiece(piece: Piece): string {
    if (piece.kind === 'literal') return piece.text;
    if (piece.kind === 'variable') return this.valueOf(piece.name) ?? piece.text;
    this.next();
    return '';
  }

  #noteReplaced(record: number, column: string): void {
    const message = `Record ${record} has characters in "${column}" that a document can't hold; they became U+FFFD.`;
    this.note({ kind: 'replaced-characters', record, column, message });
  }
}
