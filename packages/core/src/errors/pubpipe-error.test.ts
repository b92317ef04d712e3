import { describe, expect, it, vi } from 'vitest';
import { errorTraits, isErrorCode } from './error-traits.ts';
import { cancelled, isPubpipeError, PubpipeError, throwIfCancelled, toPubpipeError } from './pubpipe-error.ts';

/** The module as another copy of this package has it. */
async function importAnotherCopy(): Promise<typeof import('./pubpipe-error.ts')> {
  vi.resetModules();
  return await import('./pubpipe-error.ts');
}

describe('PubpipeError', () => {
  it.each(Object.keys(errorTraits).filter(isErrorCode))('%s is retryable as its traits say', (code) => {
    const error = new PubpipeError(code, 'It failed.');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'PubpipeError', code, message: 'It failed.', details: {} });
    expect(error.retryable).toBe(errorTraits[code].retryable);
    expect('cause' in error).toBe(false);
  });

  it('keeps its cause, and a copy of its details that nobody can change', () => {
    const cause = new Error('the driver said no');
    const details = { page: 3 };
    const error = new PubpipeError('INTERNAL', 'It failed.', { cause, details });
    details.page = 4;
    expect(error.cause).toBe(cause);
    expect(error.details).toEqual({ page: 3 });
    expect(Object.isFrozen(error.details)).toBe(true);
  });

  it('shows neither its cause nor its brand when it is written as JSON', () => {
    const error = new PubpipeError('INTERNAL', 'It failed.', { cause: new Error('secret') });
    expect(JSON.parse(JSON.stringify(error))).toEqual({ name: 'PubpipeError', code: 'INTERNAL', details: {} });
  });
});

describe('isPubpipeError', () => {
  it('is true also for an error made by another copy of this package', async () => {
    const other = await importAnotherCopy();
    const error = new other.PubpipeError('CLOSED', 'It is closed.');
    expect(error).not.toBeInstanceOf(PubpipeError);
    expect(isPubpipeError(error)).toBe(true);
    expect(other.isPubpipeError(new PubpipeError('CLOSED', 'It is closed.'))).toBe(true);
  });

  it.each([new Error('no'), { name: 'PubpipeError', code: 'CLOSED' }, 'CLOSED', null, undefined])(
    'is false for %o',
    (value) => {
      expect(isPubpipeError(value)).toBe(false);
    },
  );
});

describe('converting', () => {
  it('returns an error that is ours as it is, and wraps any other with the original as its cause', () => {
    const ours = new PubpipeError('CLOSED', 'It is closed.');
    expect(toPubpipeError(ours, 'INTERNAL', 'It failed.')).toBe(ours);
    const foreign = new TypeError('no');
    expect(toPubpipeError(foreign, 'INTERNAL', 'It failed.')).toMatchObject({ code: 'INTERNAL', cause: foreign });
  });

  it('makes CANCELLED of an abort, its reason as the cause, and passes on a reason that is ours', () => {
    expect(() => throwIfCancelled(undefined)).not.toThrow();
    expect(() => throwIfCancelled(new AbortController().signal)).not.toThrow();
    const signal = AbortSignal.abort('enough');
    expect(() => throwIfCancelled(signal)).toThrow(expect.objectContaining({ code: 'CANCELLED', cause: 'enough' }));
    const reason = new PubpipeError('RENDER_TIMEOUT', 'It took too long.');
    expect(cancelled(AbortSignal.abort(reason))).toBe(reason);
  });
});
