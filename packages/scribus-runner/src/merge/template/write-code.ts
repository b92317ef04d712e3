import { NotEncodable } from '../codes/code-symbol.ts';
import type { DrawnCode, drawCode } from '../codes/draw-code.ts';
import { recordInvalid } from '../data/data-faults.ts';
import type { CodeFrame } from './code-frame.ts';
import type { RecordCursor } from './record-cursor.ts';
import type { TemplateElement } from './template-element.ts';
import { splitAtVariables } from './variables.ts';
import { type TemplateFacts, writeAttributes } from './write-tag.ts';
import { toAttributeValue } from './xml-text.ts';

/** What writing a code needs. */
export interface CodeContext {
  readonly cursor: RecordCursor;
  readonly facts: Pick<TemplateFacts, 'colors'>;
  readonly drawCode: typeof drawCode;
  /** Whether its frame stays behind it, with the name that is its own. */
  readonly keepsFrame: boolean;
}

/** Where an object is, and what becomes of it: what the code has from its frame. */
const inherited: ReadonlySet<string> = new Set(
  'XPOS YPOS OwnPage WIDTH HEIGHT ROT LAYER gXpos gYpos gWidth gHeight OnMasterPage PRINTABLE InID doOverprint'.split(
    ' ',
  ),
);
/** What makes it a polygon without a line; its path is filled by the even-odd rule. */
const polygon = {
  PTYPE: '6',
  FRTYPE: '3',
  CLIPEDIT: '1',
  PWIDTH: '0',
  PCOLOR2: 'None',
  fillRule: '1',
  NEXTITEM: '-1',
  BACKITEM: '-1',
};
const pointsAMillimetre = 72 / 25.4;
/** Printers and readers are sure of these; general advice for what is read by telephones and hand-held scanners. */
const sureMillimetres = 0.25;
/** Finer is not printed. */
const leastMillimetres = 0.1;

/**
 * Writes the code of a frame as one polygon in its place, in the colour of its text; nothing where the value is empty.
 *
 * @throws PubpipeError `RECORD_INVALID`, reason `code`, when the value can't be one, or not in this frame.
 */
export function writeCode(frame: TemplateElement, codeFrame: CodeFrame, context: CodeContext): string {
  const { column, name } = codeFrame.token;
  const { cursor, facts, keepsFrame } = context;
  const { record } = cursor;
  const value = cursor.valueOf(column) ?? '';
  if (value === '' || record === undefined) return '';
  const object = frame.attributes.get('ANNAME') ?? '';
  const place = { record: record.number, line: record.line, column, value };
  const fail = (why: string) =>
    recordInvalid('code', `has in "${column}" what can't be the ${name} code of "${object}": it ${why}`, place);
  const { path, module } = drawOrFail(frame, { codeFrame, context, value, fail });
  const millimetres = module / pointsAMillimetre;
  const size = `${millimetres.toFixed(3)} mm`;
  if (millimetres < leastMillimetres) throw fail(`has modules of ${size} there, too fine to be printed`);
  if (millimetres < sureMillimetres) {
    const message = `Record ${record.number} has a ${name} code in "${object}" with modules of ${size}; readers are sure of ${sureMillimetres} mm.`;
    cursor.note({ kind: 'small-code', record: record.number, column, message });
  }
  const color = cursor.colorOf(splitAtVariables(codeFrame.color), facts.colors);
  if (color === '' || color === 'None') throw fail('has no colour: its text has none');
  const shade = cursor.textOf(splitAtVariables(codeFrame.shade));
  const attributes = new Map([...frame.attributes].filter(([attribute]) => inherited.has(attribute)));
  const own = { ...polygon, ANNAME: keepsFrame ? `${object} code` : object, PCOLOR: color, SHADE: shade };
  const written = Object.entries({ ...own, path, copath: path }).map(
    ([attribute, text]) => ` ${attribute}="${toAttributeValue(text)}"`,
  );
  return `<${frame.name}${writeAttributes({ ...frame, attributes }, cursor, facts)}${written.join('')}/>`;
}

function drawOrFail(
  frame: TemplateElement,
  {
    codeFrame: { token },
    context: { cursor, drawCode },
    value,
    fail,
  }: {
    readonly codeFrame: CodeFrame;
    readonly context: CodeContext;
    readonly value: string;
    readonly fail: (why: string) => Error;
  },
): DrawnCode {
  const sizeOf = (attribute: string) => Number(cursor.textOf(splitAtVariables(frame.attributes.get(attribute) ?? '')));
  const room = { width: sizeOf('WIDTH'), height: sizeOf('HEIGHT') };
  if (!(room.width > 0 && room.height > 0)) throw fail('has no room: the frame has no size');
  try {
    return drawCode(token, value, room);
  } catch (error) {
    throw error instanceof NotEncodable ? fail(error.message) : error;
  }
}
