import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { exitCodes, toExitCode } from './exit-codes.ts';
import { usage } from './usage.ts';

it('is 0 when nothing failed, and that of the kind of failure otherwise', () => {
  expect(toExitCode([])).toBe(0);
  expect(toExitCode(['PREFLIGHT_FAILED'])).toBe(exitCodes.preflight);
  expect(toExitCode(['DOCUMENT_EMPTY', 'UNSAFE_DOCUMENT', 'DOCUMENT_TOO_NEW'])).toBe(exitCodes.document);
});

it('is one of its own when documents failed for several kinds of reasons, in whatever order', () => {
  expect(toExitCode(['PREFLIGHT_FAILED', 'UNSAFE_DOCUMENT'])).toBe(exitCodes.several);
  expect(toExitCode(['UNSAFE_DOCUMENT', 'PREFLIGHT_FAILED'])).toBe(exitCodes.several);
  expect(toExitCode(['INTERNAL', 'RENDER_TIMEOUT', 'INVALID_INPUT'])).toBe(exitCodes.several);
});

it('is that of what ended the command early, whatever failed before', () => {
  expect(toExitCode(['PREFLIGHT_FAILED', 'RENDERER_UNAVAILABLE'])).toBe(exitCodes.unavailable);
  expect(toExitCode(['RENDERER_UNAVAILABLE', 'CANCELLED', 'RENDER_FAILED'])).toBe(exitCodes.interrupted);
});

it('is explained, each of them, by --help and by the README', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const explained = (text: string, pattern: (code: number) => string) =>
    Object.values(exitCodes).filter((code) => new RegExp(pattern(code), 'm').test(text));

  expect(explained(usage, (code) => `^  (?:.*, )?${code}(?:,|  )`)).toEqual(Object.values(exitCodes));
  expect(explained(readme, (code) => `^\\| (?:.*, )?${code}(?:,| \\|)`)).toEqual(Object.values(exitCodes));
});
