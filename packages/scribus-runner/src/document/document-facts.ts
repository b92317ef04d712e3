import type { PreflightBleed, PreflightLayer, PreflightProfile } from '@pubpipe/core/driver';
import { type Attributes, nameOf, numberOf } from './attributes.ts';
import type { DocumentCollector, DocumentElement } from './document-collector.ts';
import { type Frame, FrameStack, isFrame } from './frame-stack.ts';
import { NamedColors } from './named-colors.ts';
import { TextTraits } from './text-traits.ts';
import { type EdgeObject, TrimEdges } from './trim-edges.ts';

const maxFonts = 1000;
const maxLayers = 1000;
const maxUnprinted = 10_000;
const maxInformation = 1024;

const information: Readonly<Record<string, string>> = {
  TITLE: 'title',
  AUTHOR: 'author',
  SUBJECT: 'subject',
  KEYWORDS: 'keywords',
  COMMENTS: 'description',
  PUBLISHER: 'publisher',
  DOCDATE: 'date',
  DOCTYPE: 'type',
  DOCFORMAT: 'format',
  DOCIDENT: 'identifier',
  DOCSOURCE: 'source',
  DOCLANGINFO: 'language',
  DOCRELATION: 'relation',
  DOCCOVER: 'coverage',
  DOCRIGHTS: 'rights',
  DOCCONTRIB: 'contributor',
};
const profiles: readonly (readonly [attribute: string, use: PreflightProfile['use']])[] = [
  ['DPIn', 'rgb-images'],
  ['DPInCMYK', 'cmyk-images'],
  ['DPIn2', 'rgb-colors'],
  ['DPIn3', 'cmyk-colors'],
];

/** A font that the document names, and the first object whose text is set in it. */
export interface NamedFont {
  readonly name: string;
  readonly usedBy: Frame | undefined;
  readonly used: boolean;
}

/** Collects what the document check needs and the document itself tells, in one pass over its elements. */
export class DocumentFacts implements DocumentCollector {
  readonly #frames = new FrameStack();
  readonly #colors = new NamedColors();
  readonly #edges = new TrimEdges();
  readonly #fonts = new Map<string, NamedFont>();
  readonly #layers: (PreflightLayer & { readonly level: number })[] = [];
  readonly #profiles: { name: string; use: PreflightProfile['use'] }[] = [];
  readonly #unprinted = new Set<string>();
  readonly #texts = new TextTraits((trait, value, frame) => this.#useInText(trait, value, frame));
  #information: Readonly<Record<string, string>> = {};
  #colorManaged = false;
  #annotated = false;
  #bleed: PreflightBleed = { topPt: 0, rightPt: 0, bottomPt: 0, leftPt: 0 };
  #pdfBleed: PreflightBleed | 'document' | undefined;

  /** What the author wrote about the document. */
  get information(): Readonly<Record<string, string>> {
    return this.#information;
  }

  get colorManaged(): boolean {
    return this.#colorManaged;
  }

  /** Whether it has links, form fields, or notes. */
  get annotated(): boolean {
    return this.#annotated;
  }

  get bleed(): PreflightBleed {
    return this.#bleed;
  }

  /** The bleed that the document's own settings for PDF ask for; undefined in documents of 1.3 and 1.4, which don't say. */
  get pdfBleed(): PreflightBleed | undefined {
    return this.#pdfBleed === 'document' ? this.#bleed : this.#pdfBleed;
  }

  get fonts(): readonly NamedFont[] {
    return [...this.#fonts.values()];
  }

  get colors(): NamedColors['found'] {
    return this.#colors.found;
  }

  /** The layers, from the bottom. */
  get layers(): readonly PreflightLayer[] {
    return this.#layers
      .toSorted((a, b) => a.level - b.level)
      .map(({ name, visible, printable }) => ({ name, visible, printable }));
  }

  /** The ICC profiles that the document names for itself. */
  get profiles(): readonly { readonly name: string; readonly use: PreflightProfile['use'] }[] {
    return this.#profiles;
  }

  get edgeObjects(): readonly EdgeObject[] {
    return this.#edges.found;
  }

  /** Names of the master pages that hold objects. */
  get masters(): readonly string[] {
    return this.#frames.masters;
  }

  /** Whether an object is in the output; objects are told apart by page and name. */
  isPrinted(page: number | undefined, object: string | undefined): boolean {
    return !this.#unprinted.has(`${page} ${object}`);
  }

  /** Looks at the beginning of an element. */
  open({ name: element, attributes }: DocumentElement): void {
    this.#frames.see(element, attributes);
    const { current } = this.#frames;
    const begun = isFrame(element) ? current : undefined;
    if (element === 'DOCUMENT') this.#seeDocument(attributes);
    if (element === 'PDF') this.#seePdf(attributes);
    if (element === 'LAYERS') this.#addLayer(attributes);
    if ((attributes['ANNOTATION'] ?? '0') !== '0') this.#annotated = true;
    if (attributes['FONT'] !== undefined) this.#nameFont(attributes['FONT']);
    if (begun !== undefined && !begun.printed && this.#unprinted.size < maxUnprinted) {
      this.#unprinted.add(`${begun.page} ${begun.object}`);
    }
    this.#colors.see(element, attributes, current !== undefined);
    this.#edges.see(element, attributes, begun);
    this.#texts.see(element, attributes, current);
  }

  /** Notes the end of an element. */
  close(element: string): void {
    this.#texts.leave(element, this.#frames.current);
    this.#frames.leave(element);
  }

  #seeDocument(attributes: Attributes): void {
    const told = Object.entries(information).flatMap(([attribute, name]) => {
      const text = attributes[attribute]?.slice(0, maxInformation);
      return text === undefined || text === '' ? [] : [[name, text] as const];
    });
    this.#information = Object.fromEntries(told);
    this.#colorManaged = attributes['HCMS'] === '1';
    this.#bleed = bleedOf(attributes, 'Bleed');
    for (const [attribute, use] of profiles) this.#addProfile(attributes[attribute], use);
    this.#nameFont(attributes['DFONT']);
  }

  #seePdf(attributes: Attributes): void {
    const { useDocBleeds } = attributes;
    if (useDocBleeds !== undefined) this.#pdfBleed = useDocBleeds === '0' ? bleedOf(attributes, 'B') : 'document';
    this.#addProfile(attributes['PrintP'], 'output');
  }

  #addProfile(text: string | undefined, use: PreflightProfile['use']): void {
    const name = nameOf(text);
    if (name !== undefined && this.#profiles.length < 100) this.#profiles.push({ name, use });
  }

  #addLayer({ NAME, LEVEL, SICHTBAR, DRUCKEN }: Attributes): void {
    if (this.#layers.length === maxLayers) return;
    const level = numberOf(LEVEL) ?? this.#layers.length;
    this.#layers.push({ name: nameOf(NAME) ?? '', visible: SICHTBAR !== '0', printable: DRUCKEN !== '0', level });
  }

  #nameFont(text: string | undefined): void {
    const name = nameOf(text);
    if (name === undefined || this.#fonts.has(name) || this.#fonts.size === maxFonts) return;
    this.#fonts.set(name, { name, usedBy: undefined, used: false });
  }

  #useInText(trait: string, value: string, frame: Frame | undefined): void {
    if (trait !== 'FONT') this.#colors.use(value);
    else if (frame?.printed !== false) this.#useFont(value, frame);
  }

  #useFont(text: string, usedBy: Frame | undefined): void {
    const name = nameOf(text);
    const known = name === undefined ? undefined : this.#fonts.get(name);
    if (known !== undefined && !known.used) this.#fonts.set(known.name, { name: known.name, usedBy, used: true });
  }
}

/** Widths, in points, of attributes whose names begin in the same way. */
function bleedOf(attributes: Attributes, prefix: 'B' | 'Bleed'): PreflightBleed {
  const width = (side: string): number => numberOf(attributes[prefix + side]) ?? 0;
  return { topPt: width('Top'), rightPt: width('Right'), bottomPt: width('Bottom'), leftPt: width('Left') };
}
