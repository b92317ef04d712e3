import { z } from 'zod';

/**
 * The caller's own name for a group of jobs. It stands in paths, where `.` and `..` would lead elsewhere and a text that is
 * no Unicode could not be written.
 */
export const batchNameSchema = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => name.isWellFormed() && !/\p{Cc}/u.test(name), 'a batch has a name without control characters')
  .refine((name) => name !== '.' && name !== '..', 'a path could not name this batch');
