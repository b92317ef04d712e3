import type { AttackTarget, Trace } from './attack-target.ts';

/** A document that does harm, and what is known of it. */
export interface Attack {
  /** What it does: the rest of the sentence "A document …". */
  readonly name: string;
  /** Makes it; it may name what it aims at, and the directory in which it will lie. */
  readonly make: (aim: Aim) => AttackingDocument;
  /** How screening refuses it; or why it lets it through, so that the sandbox stands alone. */
  readonly screening: Refusal | string;
  /** What is seen when nothing stands against it; or why nothing can be seen. */
  readonly harm: Trace | { readonly unseen: string };
  /** Why the sandbox does not stand against it. */
  readonly outsideSandbox?: string;
}

/** What a document can name. */
export interface Aim {
  readonly target: AttackTarget;
  /** Absolute path of the directory in which the document lies. */
  readonly inputDirectory: string;
  /** The way from there to a path. */
  readonly climb: (path: string) => string;
  /** The way to a path from the TMPDIR that the render will have. */
  readonly climbFromTmpdir: (path: string) => string;
}

/** The files of a document. */
export interface AttackingDocument {
  /** The document itself, written to `name`. */
  readonly text: string | Buffer;
  /** @defaultValue 'document.sla' */
  readonly name?: string;
  readonly beside?: Readonly<Record<string, string | Buffer>>;
  /** Names of symbolic links beside it, and where they lead. */
  readonly links?: Readonly<Record<string, string>>;
}

/** What the error of a refused document says. */
export interface Refusal {
  readonly reason: string;
  /** Null where it is no element that is refused. */
  readonly element: string | null;
  /** What stands in the line that is named; null where no line is. */
  readonly at: string | RegExp | null;
}

/** The line of a text in which something stands, from 1. */
export function lineOf(text: string, searched: string | RegExp): number {
  const lines = text.split('\n');
  const found = lines.findIndex((line) => line.search(searched instanceof RegExp ? searched : escaped(searched)) >= 0);
  if (found < 0) throw new Error(`No line has ${String(searched)}.`);
  return found + 1;
}

const escaped = (text: string): RegExp => new RegExp(text.replaceAll(/[^\w\s]/g, String.raw`\$&`));
