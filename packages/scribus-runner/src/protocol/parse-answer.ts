import type { ScribusFacts, ScripterAnswer } from './answer.ts';
import { parseHello } from './hello.ts';
import { parseJson } from './parse-json.ts';
import { isProtections } from './protections.ts';
import {
  type Guard,
  isEither,
  isListOf,
  isNullOr,
  isNumber,
  isOneOf,
  isPairOf,
  isRecordOf,
  isShapeOf,
  isText,
  isWholeFrom,
} from './shape.ts';

type Answer<Type extends ScripterAnswer['type']> = Extract<ScripterAnswer, { readonly type: Type }>;
type Facts<List extends keyof ScribusFacts> = ScribusFacts[List][number];
type Libraries<List extends 'fonts' | 'profiles'> = Answer<'libraries'>[List][number];

// Of the document check, as PROTOCOL.md says. A character may be two UTF-16 units.
const maxItems = 1000;
const maxFileLength = 2 * 1024;
const maxObjectLength = 2 * 256;
// Longer ones can't be handed to a program.
const maxPasswordLength = 64 * 1024;
/** As long as the names of files can be. */
const maxPathLength = 4096;

const isPageNumber = isWholeFrom(1);
const isObjectName = isText(maxObjectLength);
const isFactList = <Item>(guard: Guard<Item>) => isListOf(guard, maxItems);

const ofImages = {
  type: isOneOf('rendition'),
  rendition: isWholeFrom(0),
  path: isText(maxPathLength),
} as const;

const ofLibraries = { name: isText(), fileName: isText(), path: isText() } as const;

/** One for each type of answer, but for hello, which may be another protocol's. */
const guards: { readonly [Type in Exclude<ScripterAnswer['type'], 'hello'>]: Guard<Answer<Type>> } = {
  protected: isShapeOf<Answer<'protected'>>({ type: isOneOf('protected'), protections: isProtections }),
  libraries: isShapeOf<Answer<'libraries'>>({
    type: isOneOf('libraries'),
    fonts: isListOf(
      isShapeOf<Libraries<'fonts'>>({ ...ofLibraries, family: isText(), style: isText(), format: isText() }),
    ),
    profiles: isListOf(
      isShapeOf<Libraries<'profiles'>>({
        ...ofLibraries,
        colorSpace: isOneOf('cmyk', 'rgb', 'gray', 'lab', 'other'),
        kind: isOneOf('output', 'display', 'input', 'other'),
      }),
    ),
  }),
  opened: isShapeOf<Answer<'opened'>>({
    type: isOneOf('opened'),
    pages: isListOf(isShapeOf<Answer<'opened'>['pages'][number]>({ widthPt: isNumber, heightPt: isNumber })),
  }),
  preflight: isShapeOf<Answer<'preflight'>>({
    type: isOneOf('preflight'),
    images: isFactList(
      isShapeOf<Facts<'images'>>({
        page: isNullOr(isPageNumber),
        object: isNullOr(isObjectName),
        file: isText(maxFileLength),
        state: isOneOf('sound', 'missing', 'unreadable', 'unchecked'),
        space: isNullOr(isOneOf('rgb', 'cmyk', 'gray', 'duotone', 'monochrome')),
        scale: isNullOr(isPairOf(isNumber)),
      }),
    ),
    fonts: isFactList(
      isShapeOf<Facts<'fonts'>>({
        name: isText(),
        source: isOneOf('installed', 'document', 'missing'),
        substitute: isNullOr(isText()),
      }),
    ),
    overset: isFactList(isShapeOf<Facts<'overset'>>({ page: isNullOr(isPageNumber), object: isObjectName })),
    profiles: isFactList(isText()),
    outputProfiles: isFactList(isText()),
    cut: isFactList(isText(maxObjectLength)),
  }),
  exporting: isShapeOf<Answer<'exporting'>>({ type: isOneOf('exporting') }),
  rendition: isEither(
    isShapeOf<Extract<Answer<'rendition'>, { readonly kind: 'png' | 'jpeg' }>>({
      ...ofImages,
      kind: isOneOf('png', 'jpeg'),
      page: isPageNumber,
    }),
    isShapeOf<Extract<Answer<'rendition'>, { readonly kind: 'pdf' }>>({
      ...ofImages,
      kind: isOneOf('pdf'),
      password: isText(maxPasswordLength),
      attributes: isRecordOf(isEither(isNumber, isText(maxPasswordLength))),
      outputIntent: isNullOr(isText(maxFileLength)),
    }),
  ),
  done: isShapeOf<Answer<'done'>>({ type: isOneOf('done') }),
  failed: isShapeOf<Answer<'failed'>>({
    type: isOneOf('failed'),
    kind: isOneOf('sandbox', 'open', 'export', 'output', 'temporary'),
    message: isText(),
  }),
};

/**
 * Reads one line of the script. Every field is looked at: from the moment that a document is opened, the line may be
 * what the document has made of the process. What may be said when, `AnswerTurns` knows.
 *
 * Returns undefined if the line is not an answer.
 */
export function parseAnswer(line: string): ScripterAnswer | undefined {
  const value = parseJson(line);
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  if (type === 'hello') return parseHello(value);
  const guard =
    typeof type === 'string' && Object.hasOwn(guards, type) ? guards[type as keyof typeof guards] : undefined;
  return guard?.(value) ? value : undefined;
}
