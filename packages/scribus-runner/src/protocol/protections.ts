import { isFlag, isShapeOf, isWholeFrom } from './shape.ts';

/** What the script in Scribus tells of its sandbox: what the system offers, or what is in force; see PROTOCOL.md. */
export interface ScripterProtections {
  readonly noNewPrivileges: boolean;
  /** The version of the kernel's interface; 0 where there is none. */
  readonly landlock: number;
  /** Whether Landlock restricts all threads of the process. */
  readonly allThreads: boolean;
  readonly seccomp: boolean;
  readonly limits: boolean;
  /** Whether the process was started under bubblewrap. */
  readonly bubblewrap: boolean;
}

export const isProtections = isShapeOf<ScripterProtections>({
  noNewPrivileges: isFlag,
  landlock: isWholeFrom(0),
  allThreads: isFlag,
  seccomp: isFlag,
  limits: isFlag,
  bubblewrap: isFlag,
});
