import { expect, it } from 'vitest';
import { compareToInstalled } from './scribus-version.ts';

it.each([
  ['1.6.0', '1.5.8', 'newer-series'],
  ['1.10.0', '1.9.0', 'newer-series'],
  ['2.0', '1.99.99', 'newer-series'],
  ['1.6.0.svn', '1.5.8', 'newer-series'],
  ['1.5.10', '1.5.9', 'newer-patch'],
  ['1.5.8', '1.5.8', 'not-newer'],
  ['1.5.8.svn', '1.5.8', 'not-newer'],
  ['1.4.99', '1.5.0', 'not-newer'],
  ['1.3.2cvs', '1.5.8', 'not-newer'],
  ['of my own', '1.5.8', 'not-newer'],
  ['', '1.5.8', 'not-newer'],
])('a document of %s on %s is %s', (document, installed, relation) => {
  expect(compareToInstalled(document, installed)).toBe(relation);
});
