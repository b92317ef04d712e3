import type { DocumentElement } from '../document-collector.ts';
import { unsafeDocument } from './unsafe-document.ts';

/** Attributes that Scribus writes into the PDF as JavaScript: scripts of form fields, and of opening the document. */
const scriptAttributes = [
  'ANBLACT',
  'ANCACT',
  'ANDACT',
  'ANEACT',
  'ANFACT',
  'ANFOACT',
  'ANKACT',
  'ANVACT',
  'ANXACT',
  'openAction',
] as const;

// What Scribus writes into the PDF as it stands for an action of each kind. A kind that is not here is refused: 1 is
// JavaScript, also when it is written " 01".
const anything = /^/;
const coordinates = /^[-+.\d\s]*$/;
const harmlessActions: ReadonlyMap<string, RegExp> = new Map([
  ['0', anything],
  ['2', coordinates],
  ['3', anything],
  ['4', anything],
  ['5', anything],
  ['7', coordinates],
  ['8', anything],
  ['9', coordinates],
  ['10', /^[A-Za-z]*$/],
]);
const scriptUrl = /^\s*javascript:/i;

/**
 * Refuses JavaScript that Scribus would put into the PDF, and actions through which other PDF code could get there.
 *
 * @throws PubpipeError `UNSAFE_DOCUMENT`.
 */
export function refuseScripts({ name, attributes, line }: DocumentElement): void {
  const at = { element: name, line };
  const scripted = (value: string | undefined) =>
    unsafeDocument({ ...at, reason: 'javascript', what: 'has JavaScript', value });
  if (name === 'JAVA') throw scripted(attributes['SCRIPT']);
  for (const attribute of scriptAttributes) {
    const value = attributes[attribute];
    if (value !== undefined && value !== '') throw scripted(value);
  }
  const { ANACTYP: kind = '0', ANACTION: action = '', ANEXTERN: target = '' } = attributes;
  if (scriptUrl.test(action) || scriptUrl.test(target)) throw scripted(action || target);
  if (action === '') return;
  const harmless = harmlessActions.get(kind);
  if (harmless === undefined) throw scripted(action);
  if (!harmless.test(action)) {
    throw unsafeDocument({
      ...at,
      reason: 'pdf-action',
      what: 'has an action that is no place on a page',
      value: action,
    });
  }
}
