/** What becomes of a piece of a text. Places and lengths are in UTF-16 units, as Scribus counts. */
export interface TextEdit {
  /** Where in the text. */
  readonly at: number;
  /** How much is taken away there. */
  readonly remove: number;
  /** What comes in its place, in the format of the first character that is taken away. */
  readonly insert: string;
}

/** A text of an open document that is edited, and how it is found there. */
export interface EditedFrame {
  /** Page, from 0, and place among the text frames of that page, from 0. */
  readonly page: number;
  readonly index: number;
  /** The text as it is; `\r` ends a paragraph. */
  readonly text: string;
}

/** What becomes of one of the frames. */
export interface FrameEdits {
  /** Which of them, from 0. */
  readonly frame: number;
  /** Whether the frame goes. */
  readonly removed: boolean;
  /** In the order of the text. */
  readonly edits: readonly TextEdit[];
  /** The text as it is then. */
  readonly text: string;
}
