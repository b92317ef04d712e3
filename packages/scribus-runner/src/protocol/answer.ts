import type { ColorProfile, FontFace } from '@pubpipe/core/driver';
import type { ScripterHello } from './hello.ts';
import type { ScripterProtections } from './protections.ts';

/** Size of a page in points. */
export interface PageSize {
  readonly widthPt: number;
  readonly heightPt: number;
}

/** What Scribus tells of an open document for its check. Lists that were too long are named in `cut`. */
export interface ScribusFacts {
  readonly images: readonly {
    readonly page: number | null;
    readonly object: string | null;
    readonly file: string;
    readonly state: 'sound' | 'missing' | 'unreadable' | 'unchecked';
    readonly space: 'rgb' | 'cmyk' | 'gray' | 'duotone' | 'monochrome' | null;
    /** Points per pixel, across and down. */
    readonly scale: readonly [number, number] | null;
  }[];
  readonly fonts: readonly {
    readonly name: string;
    readonly source: 'installed' | 'document' | 'missing';
    readonly substitute: string | null;
  }[];
  readonly overset: readonly { readonly page: number | null; readonly object: string }[];
  /** Those of the profiles that were asked for which are there. */
  readonly profiles: readonly string[];
  /** All printer profiles that are there, if one that was asked for is not; else none. */
  readonly outputProfiles: readonly string[];
  readonly cut: readonly string[];
}

/** Where a font or profile lies, as Scribus sees it. */
interface LibraryPath {
  /** Absolute path of its file. */
  readonly path: string;
}

/** What the script in Scribus answers, in this order; see PROTOCOL.md. */
export type ScripterAnswer =
  | ScripterHello
  | { readonly type: 'protected'; readonly protections: ScripterProtections }
  | { readonly type: 'opened'; readonly pages: readonly PageSize[] }
  | ({ readonly type: 'preflight' } & ScribusFacts)
  | {
      readonly type: 'libraries';
      readonly fonts: readonly (FontFace & LibraryPath)[];
      readonly profiles: readonly (ColorProfile & LibraryPath)[];
    }
  | { readonly type: 'exporting' }
  | {
      readonly type: 'rendition';
      readonly kind: 'png' | 'jpeg';
      /** Which of the request's renditions, from 0. */
      readonly rendition: number;
      readonly path: string;
      readonly page: number;
    }
  | {
      readonly type: 'rendition';
      readonly kind: 'pdf';
      readonly rendition: number;
      readonly path: string;
      readonly password: string;
      /** Attributes of Scribus' `PDFfile` as it was saved. */
      readonly attributes: Readonly<Record<string, number | string>>;
      /** Name of the printer profile of a PDF/X. */
      readonly outputIntent: string | null;
    }
  | { readonly type: 'done' }
  | {
      readonly type: 'failed';
      readonly kind: 'sandbox' | 'open' | 'export' | 'output' | 'temporary';
      readonly message: string;
    };
