import { PubpipeError } from '../../errors/pubpipe-error.ts';
import { batchNameSchema } from '../../pipeline/batch-name.ts';

/** Reads the name of a batch in a path, percent-encoded; what is no name is absent, as with `parseId`. */
export function parseBatch(value = ''): string {
  const { success, data } = batchNameSchema.safeParse(decoded(value));
  if (success) return data;
  throw new PubpipeError('BATCH_NOT_FOUND', 'There is no batch of this name.');
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    // Not percent-encoded UTF-8: no name that we have given a link to.
    return undefined;
  }
}
