import type { z } from 'zod';
import { PubpipeError } from '../errors/pubpipe-error.ts';

/**
 * Reads a value by a schema.
 *
 * @throws PubpipeError `INVALID_INPUT`; details `issues` name each field and what is wrong with it.
 */
export function checkSchema<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  message: string,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const first = issues[0];
  throw new PubpipeError('INVALID_INPUT', `${message}: ${first?.path || 'it'}: ${first?.message}.`, {
    details: { issues },
  });
}
