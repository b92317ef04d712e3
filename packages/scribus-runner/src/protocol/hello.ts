import { isProtections, type ScripterProtections } from './protections.ts';
import { isOneOf, isShapeOf, isText, isWholeFrom } from './shape.ts';

/** The version of the protocol that the runner speaks; the script must say the same. */
export const protocolVersion = 2;

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

const nothingSaid = {
  scribus: '',
  pid: 0,
  protections: Object.freeze({
    noNewPrivileges: false,
    landlock: 0,
    allThreads: false,
    seccomp: false,
    limits: false,
    bubblewrap: false,
  }),
} as const;

/** Reads a hello; of one in another protocol only the number is understood. Undefined if it is none. */
export function parseHello(value: unknown): ScripterHello | undefined {
  if (isHello(value)) return value;
  return isHelloOfAny(value) && value.protocol !== protocolVersion
    ? { type: 'hello', protocol: value.protocol, ...nothingSaid }
    : undefined;
}

const isHelloOfAny = isShapeOf<Pick<ScripterHello, 'type' | 'protocol'>>({
  type: isOneOf('hello'),
  protocol: isWholeFrom(0),
});

const isHello = isShapeOf<ScripterHello>({
  type: isOneOf('hello'),
  protocol: isWholeFrom(0),
  scribus: isText(100),
  pid: isWholeFrom(1),
  protections: isProtections,
});
