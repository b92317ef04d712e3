import type { ErrorCode } from '../errors/error-traits.ts';
import { PubpipeError } from '../errors/pubpipe-error.ts';

const idForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Checks an id in a path: what is no id is as absent as any other, and no database has to hear of it. */
export function parseId(value: string | undefined, absent: ErrorCode & `${string}_NOT_FOUND`): string {
  if (value !== undefined && idForm.test(value)) return value;
  throw new PubpipeError(absent, 'There is nothing of this id.');
}
