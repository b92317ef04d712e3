import { SaxesParser } from 'saxes';
import { expect, it } from 'vitest';
import { XmlRules } from './xml-rules.ts';

const limits = { depth: 3, attributes: 4, elements: 5, attributesInAll: 6 };

function read(xml: string): void {
  const parser = new SaxesParser<{ position: true }>({ position: true });
  const rules = new XmlRules(parser, limits);
  parser.on('opentag', ({ name, attributes }) =>
    rules.open({ name, attributes: attributes as Record<string, string>, line: parser.line }),
  );
  parser.on('closetag', () => rules.close());
  parser.write(xml).close();
}

it.each([
  ['elements in elements', '<a><a><a/></a></a>', '<a><a><a><a/></a></a></a>'],
  ['attributes of an element', '<a b="" c="" d="" e=""/>', '<a b="" c="" d="" e="" f=""/>'],
  ['elements', '<a><a/><a/><a/><a/></a>', '<a><a/><a/><a/><a/><a/></a>'],
  ['attributes in all', '<a b="" c="" d=""><a b="" c="" d=""/></a>', '<a b="" c="" d=""><a b="" c="" d="" e=""/></a>'],
])('bounds the number of %s', (_, most, tooMany) => {
  expect(() => read(most)).not.toThrow();
  expect(() => read(tooMany)).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ reason: 'limit' }) }),
  );
});
