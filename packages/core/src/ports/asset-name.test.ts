import { describe, expect, it } from 'vitest';
import { parseAssetName } from './asset-name.ts';

describe('parseAssetName', () => {
  it('returns the text that it has checked', () => {
    expect(parseAssetName('images/höhe/logo.png')).toBe('images/höhe/logo.png');
  });

  it('refuses a way out, and says of what', () => {
    expect(() => parseAssetName('../outside')).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: 'The name of a file beside the document has the segment "..".',
      }),
    );
  });
});
