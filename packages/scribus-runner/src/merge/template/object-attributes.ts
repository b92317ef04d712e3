import { descendants, type TemplateElement } from './template-element.ts';

const step = /(?<descend>\/\/?)?(?<name>\.(?=\/|$)|\*|[\w-]+)(?<predicates>(?:\[[^\]]*\])*)/y;
const predicate =
  /\[(?:(?<position>\d+)|(?<last>last\(\))(?:-(?<back>\d+))?|@(?<attribute>[\w-]+)(?:\s*=\s*(?<quote>['"])(?<value>.*?)\k<quote>)?)\]/y;

/**
 * Carries out the object attributes of an object whose parameter is `SGAttribute`: each sets an attribute of the object,
 * or of what its path finds in it. Returns the paths that can't be carried out.
 */
export function applyObjectAttributes(object: TemplateElement): readonly string[] {
  const refused: string[] = [];
  const lists = object.children.filter(({ name }) => name === 'PageItemAttributes');
  for (const { attributes } of lists.flatMap(({ children }) => children)) {
    if (attributes.get('Parameter') !== 'SGAttribute') continue;
    const [name, value = ''] = [attributes.get('Name'), attributes.get('Value')];
    const path = attributes.get('RelationshipTo') ?? '';
    const targets = isName(name) ? select(object, path) : undefined;
    if (name === undefined || targets === undefined || targets.length === 0)
      refused.push(`${name ?? ''} ${path}`.trim());
    else for (const target of targets) target.attributes.set(name, value);
    for (const target of targets ?? []) target.rewritten = true;
  }
  return refused;
}

const isName = (name: string | undefined): boolean => name !== undefined && /^[A-Za-z_][\w.-]*$/.test(name);

/**
 * Finds what a path names, as far as such paths go in Python's ElementTree, which users of ScribusGenerator write:
 * names, `*`, `.`, `/`, `//`, and in brackets a position, `last()`, an attribute or its value.
 */
function select(object: TemplateElement, path: string): readonly TemplateElement[] | undefined {
  const text = path.startsWith('/') ? `.${path}` : path;
  let found: readonly TemplateElement[] = [object];
  step.lastIndex = 0;
  while (step.lastIndex < text.length) {
    const groups = step.exec(text)?.groups;
    const name = groups?.['name'];
    const tests = readPredicates(groups?.['predicates'] ?? '');
    if (name === undefined || tests === undefined) return undefined;
    if (name === '.') continue;
    const parents =
      groups?.['descend'] === '//' ? found.flatMap((element) => [element, ...descendants(element)]) : found;
    const matching = [...new Set(parents)].flatMap(({ children }) => {
      const named = children.filter((child) => name === '*' || child.name === name);
      return named.filter((child) => tests.every((test) => test(child, children)));
    });
    found = matching;
  }
  return found;
}

type Test = (element: TemplateElement, siblings: readonly TemplateElement[]) => boolean;

function readPredicates(text: string): readonly Test[] | undefined {
  const tests: Test[] = [];
  predicate.lastIndex = 0;
  while (predicate.lastIndex < text.length) {
    const groups = predicate.exec(text)?.groups;
    if (groups === undefined) return undefined;
    const { position, last, back, attribute, value } = groups;
    if (attribute !== undefined) {
      tests.push(({ attributes }) =>
        value === undefined ? attributes.has(attribute) : attributes.get(attribute) === value,
      );
    } else {
      const index = last === undefined ? Number(position) - 1 : -1 - Number(back ?? 0);
      // A position counts elements of the same name.
      tests.push((element, siblings) => siblings.filter(({ name }) => name === element.name).at(index) === element);
    }
  }
  return tests;
}
