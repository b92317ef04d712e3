import { PubpipeError } from '@pubpipe/core';

/**
 * What goes with an empty value, or with a variable that no column is named after. `remove`: the separator before it, and
 * a paragraph or frame of which nothing is left. `keep-separators`: the paragraph or frame only. `keep`: nothing, and
 * variables without a column stay as they are written.
 */
export const emptyValueModes = ['remove', 'keep-separators', 'keep'] as const;

/** One of {@link emptyValueModes}. */
export type EmptyValueMode = (typeof emptyValueModes)[number];

/** What becomes of line breaks and tabs in values. `keep`: line breaks and tabs. `space`: a space for each. */
export const lineBreakModes = ['keep', 'space'] as const;

/** One of {@link lineBreakModes}. */
export type LineBreakMode = (typeof lineBreakModes)[number];

/** How a template is understood; each choice is one that ScribusGenerator has too. */
export interface TemplateLanguage {
  /** @defaultValue 'remove' */
  readonly emptyValues?: EmptyValueMode | undefined;
  /** @defaultValue 'keep' */
  readonly lineBreaks?: LineBreakMode | undefined;
}

/** {@link TemplateLanguage} with every choice made. */
export type ResolvedTemplateLanguage = {
  readonly [Name in keyof TemplateLanguage]-?: NonNullable<TemplateLanguage[Name]>;
};

/** Fills in and checks how a template is understood. Throws `INVALID_INPUT` naming what is wrong. */
export function resolveTemplateLanguage(language: TemplateLanguage = {}): ResolvedTemplateLanguage {
  const { emptyValues = 'remove', lineBreaks = 'keep' } = language;
  if (!emptyValueModes.includes(emptyValues))
    throw new PubpipeError('INVALID_INPUT', `emptyValues must be one of ${emptyValueModes.join(', ')}.`);
  if (!lineBreakModes.includes(lineBreaks))
    throw new PubpipeError('INVALID_INPUT', `lineBreaks must be one of ${lineBreakModes.join(', ')}.`);
  return Object.freeze({ emptyValues, lineBreaks });
}
