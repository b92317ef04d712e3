import type { JoinedClaims } from './join-plan.ts';
import type { PartReading } from './part-reading.ts';

type Pdfa = NonNullable<JoinedClaims['pdfa']>;

/** Finds out what all parts say of themselves. Markers go when a part says something else that they rest on. */
export class CommonClaims {
  readonly #catalog = new Map<string, string>();
  readonly #information = new Map<string, string>();
  #pdfx: string | undefined;
  #pdfa: Pdfa | undefined;
  #modified: string | undefined;
  #isFirst = true;
  #differ = new Set<string>();

  add({ facts, claims }: PartReading): void {
    const { xmpPdfxVersion } = facts;
    if (this.#isFirst) {
      for (const [key, digest] of claims.catalog) this.#catalog.set(key, digest);
      for (const [key, digest] of claims.information) this.#information.set(key, digest);
      this.#pdfx = xmpPdfxVersion;
      this.#pdfa = claims.pdfa;
      this.#isFirst = false;
    }
    this.#keepCommon(this.#catalog, claims.catalog);
    this.#keepCommon(this.#information, claims.information);
    if (this.#pdfx !== xmpPdfxVersion) this.#differ.add('pdfx');
    if (!facts.trappedKnown) this.#differ.add('Trapped');
    const { part, conformance } = claims.pdfa ?? {};
    if (this.#pdfa?.part !== part || this.#pdfa?.conformance !== conformance) this.#differ.add('pdfa');
    // All of them are written alike, in UTC or not: of two that can't be compared either will do.
    if (claims.modified !== undefined && claims.modified > (this.#modified ?? '')) this.#modified = claims.modified;
  }

  get all(): JoinedClaims {
    const differ = (...keys: readonly string[]) => keys.some((key) => this.#differ.has(key));
    const isNoPdfX = differ('pdfx', 'GTS_PDFXVersion', 'GTS_PDFXConformance', 'OutputIntents', 'Trapped');
    const isNoPdfA = differ('pdfa', 'OutputIntents');
    return {
      catalog: [...this.#catalog.keys()],
      information: [...this.#information.keys()].filter((key) => !(isNoPdfX && key.startsWith('GTS_'))),
      modified: this.#modified,
      pdfx: isNoPdfX ? undefined : this.#pdfx,
      // The tags that level A asks for are not kept.
      pdfa: isNoPdfA || this.#pdfa === undefined ? undefined : { ...this.#pdfa, conformance: levelOf(this.#pdfa) },
    };
  }

  #keepCommon(common: Map<string, string>, claims: ReadonlyMap<string, string>): void {
    for (const key of new Set([...common.keys(), ...claims.keys()])) {
      if (common.get(key) === claims.get(key)) continue;
      common.delete(key);
      this.#differ.add(key);
    }
  }
}

const levelOf = ({ conformance }: Pdfa): string => (conformance.toUpperCase() === 'A' ? 'B' : conformance);
