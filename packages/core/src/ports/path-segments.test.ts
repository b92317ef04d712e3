import { describe, expect, it } from 'vitest';
import { checkPathSegments } from './path-segments.ts';

const check = (value: unknown): (() => void) => {
  return () => checkPathSegments(value, 'The name');
};

describe('checkPathSegments', () => {
  it.each([
    'a',
    'a/b/c',
    '.hidden',
    '...',
    'a..b',
    'höhe/日本語/🎉',
    '%2e%2e',
    ' ',
    'a:b',
    'x'.repeat(255),
    'é'.repeat(127),
    Array.from({ length: 8 }, () => 'y'.repeat(127)).join('/'),
  ])('accepts %j', (path) => {
    expect(check(path)).not.toThrow();
  });

  it.each([
    [undefined, 'must be a text that is not empty'],
    [7, 'must be a text that is not empty'],
    ['', 'must be a text that is not empty'],
    ['a\\b', 'has a backslash or a control character'],
    ['a\0', 'has a backslash or a control character'],
    ['a\u007f', 'has a backslash or a control character'],
    ['a\r\nb', 'has a backslash or a control character'],
    ['\udc00', 'is not well-formed Unicode'],
    ['/a', 'has an empty segment, or begins or ends with a slash'],
    ['a/', 'has an empty segment, or begins or ends with a slash'],
    ['a//b', 'has an empty segment, or begins or ends with a slash'],
    ['.', 'has the segment "."'],
    ['a/..', 'has the segment ".."'],
    ['é'.repeat(128), 'has a segment longer than 255 bytes'],
    [Array.from({ length: 9 }, () => 'y'.repeat(127)).join('/'), 'is longer than 1024 bytes'],
  ])('refuses %j', (path, why) => {
    expect(check(path)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', message: `The name ${why}.` }));
  });

  it('shows at most 200 characters of what it refuses', () => {
    expect(check('/'.repeat(500))).toThrow(expect.objectContaining({ details: { value: '/'.repeat(200) } }));
  });
});
