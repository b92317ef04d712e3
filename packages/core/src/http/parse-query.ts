import { z } from 'zod';
import { checkSchema } from '../pipeline/check-schema.ts';

/** Describes a query, field by field. */
export type QuerySchema = z.ZodObject;

const nothing = z.strictObject({});

/**
 * Reads a query by its schema. Fields that the schema has as numbers are read as such.
 *
 * @throws PubpipeError `INVALID_INPUT` when a field is unknown, given twice, or not what it must be.
 */
export function parseQuery(schema: QuerySchema = nothing, text: string): unknown {
  const fields: [string, unknown][] = [...new URLSearchParams(text)].map(([name, value]) => [
    name,
    isNumeric(schema.shape[name]) && /^-?\d{1,16}$/.test(value) ? Number(value) : value,
  ]);
  // Given twice, a field becomes a list, which no schema of a query has.
  const grouped = Map.groupBy(fields, ([name]) => name);
  const value = Object.fromEntries(
    [...grouped].map(([name, all]) => [name, all.length === 1 ? all[0]?.[1] : all.map(([, each]) => each)]),
  );
  return checkSchema(schema, value, 'The query is not valid');
}

function isNumeric(field: z.core.$ZodType | undefined): boolean {
  if (field instanceof z.ZodOptional || field instanceof z.ZodDefault) return isNumeric(field.unwrap());
  return field instanceof z.ZodNumber;
}
