import { describe, expect, it } from 'vitest';
import { parseArtifactKey } from './artifact-key.ts';

describe('parseArtifactKey', () => {
  it('returns the text that it has checked', () => {
    expect(parseArtifactKey('images/höhe/logo.png')).toBe('images/höhe/logo.png');
  });

  it('refuses a way out, and says of what', () => {
    expect(() => parseArtifactKey('../outside')).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', message: 'The artifact key has the segment "..".' }),
    );
  });
});
