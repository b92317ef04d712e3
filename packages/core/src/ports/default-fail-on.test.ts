import { expect, it } from 'vitest';
import { defaultFailOn } from './default-fail-on.ts';

it.each([{ profiles: [] }, { profiles: ['screen'] }])('fails on broken images alone for $profiles', ({ profiles }) => {
  expect(defaultFailOn(profiles)).toEqual(['missing-image', 'unreadable-image']);
});

it.each(['print', 'pdf/x-1a', 'pdf/x-3', 'pdf/x-4'])(
  'fails on missing fonts and overset text too for %s',
  (profile) => {
    expect(defaultFailOn(['screen', profile])).toEqual([
      'missing-image',
      'unreadable-image',
      'missing-font',
      'overset-text',
    ]);
  },
);
