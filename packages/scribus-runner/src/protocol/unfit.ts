import { parseJson } from './parse-json.ts';
import { isOneOf, isShapeOf, isText } from './shape.ts';

const isUnfitMessage = isShapeOf<{ readonly type: 'unfit'; readonly reason: string }>({
  type: isOneOf('unfit'),
  reason: isText(200),
});
const isUneditedMessage = isShapeOf<{ readonly type: 'unedited' }>({ type: isOneOf('unedited') });

/** Why an open template can't be edited, if that is what a line says. */
export function parseUnfit(line: string): string | undefined {
  const value = parseJson(line);
  return isUnfitMessage(value) ? value.reason : undefined;
}

/** Whether a line says that the edits of a record did not lead where they should. */
export const isUnedited = (line: string): boolean => isUneditedMessage(parseJson(line));
