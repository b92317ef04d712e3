import { expect, test } from 'vitest';
import { chooseDocuments, documentNames } from './documents.ts';

test("there are at least eight templates and the project's own document", () => {
  const documents = chooseDocuments(documentNames, '/templates');
  expect(documents.length).toBeGreaterThanOrEqual(9);
  expect(documents.map(({ name }) => name)).toEqual(documentNames);
  expect(documents.find(({ name }) => name === 'newsletter')).toEqual({
    name: 'newsletter',
    folder: '/templates/nl1',
    fileName: 'nl1.sla.gz',
    assets: ['kites.jpg'],
  });
});

test('where the templates are missing, a sentence says what to do', () => {
  expect(() => chooseDocuments(['menu'], undefined)).toThrow(
    /^Scribus' templates are neither in .* --templates FOLDER\.$/,
  );
});

test("the project's own document needs no templates", () => {
  expect(chooseDocuments(['concert-programme'], undefined)).toHaveLength(1);
});
