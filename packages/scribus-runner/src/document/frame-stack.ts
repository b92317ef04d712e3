import { type Attributes, nameOf, numberOf } from './attributes.ts';

/** An object of the document, as far as findings name it. */
export interface Frame {
  readonly object: string | undefined;
  /** Page number, from 1, of an object on a page. */
  readonly page: number | undefined;
  /** Name of the master page, of an object on one. */
  readonly master: string | undefined;
  /** False for what is never in the output: objects beside the pages, on unused master pages, switched off, or on a layer that is. */
  readonly printed: boolean;
  /** Whether it lies in no other object. */
  readonly outermost: boolean;
}

const elements: ReadonlySet<string> = new Set(['PAGEOBJECT', 'MASTEROBJECT', 'FRAMEOBJECT']);

/** Whether this element is an object of the document. */
export const isFrame = (element: string): boolean => elements.has(element);

/** Knows in which object of the document the reader is: groups hold objects. */
export class FrameStack {
  readonly #stack: Frame[] = [];
  readonly #hiddenLayers = new Set<string>();
  readonly #masters = new Set<string>();
  readonly #mastersInUse = new Set<string>();

  /** The innermost object that has begun. */
  get current(): Frame | undefined {
    return this.#stack.at(-1);
  }

  /** Looks at the beginning of an element. */
  see(element: string, attributes: Attributes): void {
    if (element === 'LAYERS' && attributes['DRUCKEN'] === '0' && attributes['SICHTBAR'] === '0') {
      this.#hiddenLayers.add(attributes['NUMMER'] ?? '');
    }
    // Pages come before all objects.
    if (element === 'PAGE') this.#mastersInUse.add(nameOf(attributes['MNAM']) ?? '');
    if (isFrame(element)) this.#stack.push(this.#toFrame(element, attributes));
  }

  /** Notes the end of an element. */
  leave(element: string): void {
    if (isFrame(element)) this.#stack.pop();
  }

  /** Names of the master pages that hold objects. */
  get masters(): readonly string[] {
    return [...this.#masters];
  }

  #toFrame(element: string, attributes: Attributes): Frame {
    const around = this.current;
    const { OnMasterPage: onMaster, OwnPage, LAYER, PRINTABLE } = attributes;
    const named = nameOf(onMaster);
    // Members of a group on a master page have the number of a page.
    const master = named ?? around?.master ?? (element === 'MASTEROBJECT' ? '' : undefined);
    if (named !== undefined && this.#masters.size < 1000) this.#masters.add(named);
    const isUnused = master !== undefined && !this.#mastersInUse.has(master);
    const pageIndex = numberOf(OwnPage);
    const onPage = element === 'PAGEOBJECT' && master === undefined;
    const beside = onPage && around === undefined && (pageIndex === undefined || pageIndex < 0);
    return {
      object: nameOf(attributes['ANNAME']),
      page: around?.page ?? (onPage && !beside && pageIndex !== undefined ? pageIndex + 1 : undefined),
      master,
      printed:
        (around?.printed ?? true) && !beside && !isUnused && PRINTABLE !== '0' && !this.#hiddenLayers.has(LAYER ?? ''),
      outermost: around === undefined,
    };
  }
}
