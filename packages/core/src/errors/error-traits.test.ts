import { describe, expect, it } from 'vitest';
import { errorTraits, isErrorCode } from './error-traits.ts';

describe('error traits', () => {
  it.each(Object.entries(errorTraits))('%s has complete traits', (code, traits) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(traits).toEqual({ retryable: expect.any(Boolean), httpStatus: expect.any(Number) });
    expect(Number.isInteger(traits.httpStatus) && traits.httpStatus >= 400 && traits.httpStatus < 600).toBe(true);
  });

  it('knows its codes from any other text', () => {
    expect(Object.keys(errorTraits).every(isErrorCode)).toBe(true);
    for (const other of ['', 'NO_SUCH_CODE', 'toString', '__proto__', 'invalid_input', 400, null, undefined, {}]) {
      expect(isErrorCode(other)).toBe(false);
    }
  });
});
