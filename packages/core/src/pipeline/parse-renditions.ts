import type { RenditionRequest } from '../ports/renditions.ts';
import { checkSchema } from './check-schema.ts';
import { renditionsSchema } from './rendition-schema.ts';

/**
 * Checks what a render is asked to make, for renderers to call before anything is started. Every bound that
 * the types' comments name is checked, and what options mean together.
 *
 * @throws PubpipeError `INVALID_INPUT`; details `issues` name each field and what is wrong with it.
 */
export function parseRenditions(renditions: unknown): readonly RenditionRequest[] {
  return checkSchema(renditionsSchema, renditions, 'renditions are not valid');
}
