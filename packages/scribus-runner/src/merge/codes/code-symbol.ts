/** Why a value is no code of its kind; the message is the rest of a sentence about the value. */
export class NotEncodable extends Error {}

/** A bar of a symbol, in modules. */
export interface Bar {
  readonly x: number;
  readonly width: number;
  /** How far it reaches below the others. */
  readonly below: number;
}

/** A piece of the text of a symbol, in modules. */
export interface SymbolText {
  readonly text: string;
  /** Where its middle is, from the left end of the first bar; undefined where that is the middle of all bars. */
  readonly middle?: number | undefined;
  readonly fontSize: number;
}

/** A code as its standard has it, without a size: all lengths are in modules. */
export type CodeSymbol =
  | {
      readonly shape: 'bars';
      readonly width: number;
      readonly bars: readonly Bar[];
      /** Under the bars. */
      readonly texts: readonly SymbolText[];
      /** Above them. */
      readonly heading: string | undefined;
    }
  | {
      readonly shape: 'matrix';
      readonly columns: number;
      readonly rows: number;
      /** Row by row from the top; 1 is dark. */
      readonly modules: Uint8Array;
    };
