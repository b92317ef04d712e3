import { execFileSync } from 'node:child_process';

/** What expat, by which Python reads XML, found in a document. */
export interface ParsedDocument {
  /** What is not well-formed; null where all is. */
  readonly fault: string | null;
  /** Names of elements with those of their attributes, each once. */
  readonly tags: readonly string[];
  /** Text of each object that has a name, by that name. */
  readonly texts: Readonly<Record<string, string>>;
  /** Where each object that has a name leads to. */
  readonly links: Readonly<Record<string, string>>;
}

const program = `
import json, sys
import xml.etree.ElementTree as ET
signs = {'breakline': '\\n', 'tab': '\\t', 'para': '\\u2029'}
def look(text):
    try:
        root = ET.fromstring(text.encode('utf-8'))
    except (ET.ParseError, UnicodeError) as error:
        return {'fault': str(error), 'tags': [], 'texts': {}, 'links': {}}
    tags = {element.tag + ' ' + name for element in root.iter() for name in [*element.attrib, '']}
    objects = {o.get('ANNAME'): o for o in root.iter() if o.tag.endswith('OBJECT') and o.get('ANNAME')}
    words = lambda o: ''.join(e.get('CH', '') if e.tag == 'ITEXT' else signs.get(e.tag, '') for e in o.iter())
    return {'fault': None, 'tags': sorted(tags), 'texts': {n: words(o) for n, o in objects.items()},
            'links': {n: o.get('ANEXTERN') for n, o in objects.items() if o.get('ANEXTERN')}}
json.dump([look(text) for text in json.load(sys.stdin)], sys.stdout)
`;

/** Parses documents with a parser that has nothing in common with ours. */
export function parseDocuments(texts: readonly string[]): readonly ParsedDocument[] {
  const maxBuffer = 512 * 1024 * 1024;
  return JSON.parse(
    execFileSync('python3', ['-c', program], { input: JSON.stringify(texts), encoding: 'utf8', maxBuffer }),
  );
}
