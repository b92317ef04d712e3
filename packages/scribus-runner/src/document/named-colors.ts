import { type Attributes, maxNameLength } from './attributes.ts';

/** A colour of the document's list. */
export interface NamedColor {
  readonly name: string;
  readonly space: 'cmyk' | 'rgb' | 'lab';
  readonly spot: boolean;
}

const maxColors = 10_000;
const ofObjects = ['PCOLOR', 'PCOLOR2', 'FillColor', 'Color', 'SCOLOR'] as const;
const gradientStops: ReadonlySet<string> = new Set(['CSTOP', 'S_CSTOP', 'M_CSTOP', 'MPoint']);

/** Collects the colours of a document and which of them it uses. */
export class NamedColors {
  readonly #colors: NamedColor[] = [];
  readonly #used = new Set<string>();

  /** The list, with what is used. */
  get found(): readonly (NamedColor & { readonly used: boolean })[] {
    return this.#colors.map((color) => ({
      ...color,
      name: color.name.slice(0, maxNameLength),
      used: this.#used.has(color.name),
    }));
  }

  /** Notes that a colour is used. */
  use(name: string): void {
    if (this.#used.size < maxColors) this.#used.add(name);
  }

  /** Looks at the beginning of an element; `inObject` says whether it is an object or in one. */
  see(element: string, attributes: Attributes, inObject: boolean): void {
    if (element === 'COLOR') this.#add(attributes);
    if (gradientStops.has(element) && attributes['NAME'] !== undefined) this.use(attributes['NAME']);
    if (element === 'SubLine' && attributes['Color'] !== undefined) this.use(attributes['Color']);
    if (!inObject) return;
    for (const attribute of ofObjects) if (attributes[attribute] !== undefined) this.use(attributes[attribute]);
    if (attributes['HASSOFTSHADOW'] === '1' && attributes['SOFTSHADOWCOLOR'] !== undefined) {
      this.use(attributes['SOFTSHADOWCOLOR']);
    }
  }

  #add({ NAME: name, SPACE: space, Spot, RGB }: Attributes): void {
    if (name === undefined || this.#colors.length === maxColors) return;
    const isRgb = space === 'RGB' || (space === undefined && RGB !== undefined);
    this.#colors.push({ name, space: isRgb ? 'rgb' : space === 'Lab' ? 'lab' : 'cmyk', spot: Spot === '1' });
  }
}
