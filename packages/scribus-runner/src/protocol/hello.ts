import type { ScripterProtections } from './protections.ts';

/** The first message of every Scribus; see PROTOCOL.md. */
export interface ScripterHello {
  readonly type: 'hello';
  readonly protocol: number;
  /** The version, such as `1.5.8`. */
  readonly scribus: string;
  /** The process' number, as it sees it itself. */
  readonly pid: number;
  /** What the system offers. */
  readonly protections: ScripterProtections;
}
