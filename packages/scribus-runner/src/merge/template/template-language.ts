import {
  type EmptyValueMode,
  emptyValueModes,
  type LineBreakMode,
  lineBreakModes,
  PubpipeError,
} from '@pubpipe/core/driver';

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
