/** An element of a template that may hold variables, and where in the template's text it stands. */
export interface TemplateElement {
  readonly name: string;
  /** As written, character references resolved; object attributes for variables change them. */
  readonly attributes: Map<string, string>;
  readonly children: TemplateElement[];
  /** Where the text before its tag begins: the end of the tag before. */
  readonly from: number;
  /** Where its tag begins and ends. */
  readonly tagFrom: number;
  readonly tagTo: number;
  /** Where the text before its closing tag begins; the same as `to` where it has none. */
  closingFrom: number;
  to: number;
  /** Whether its attributes are written anew. */
  rewritten: boolean;
  /** Whether it, or an element in it, is written anew. */
  dynamic: boolean;
}

/** All elements in one, without itself, in the order of the document. */
export function* descendants(element: TemplateElement): Generator<TemplateElement, void, undefined> {
  for (const child of element.children) {
    yield child;
    yield* descendants(child);
  }
}
