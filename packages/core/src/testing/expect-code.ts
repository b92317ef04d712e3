import { expect } from 'vitest';
import type { ErrorCode } from '../errors/error-traits.ts';

/** Expects a rejection by its code. */
export async function expectCode(work: Promise<unknown>, code: ErrorCode): Promise<void> {
  await expect(work).rejects.toMatchObject({ name: 'PubpipeError', code });
}
