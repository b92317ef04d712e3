import { execFileSync } from 'node:child_process';
import type { InspectedPdf } from '@pubpipe/core/testing';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Objects = Readonly<Record<string, { readonly value?: Json; readonly stream?: { readonly dict: Json } }>>;

/** A PDF as qpdf reads it. */
export interface QpdfReading {
  readonly pages: readonly Readonly<Record<string, Json>>[];
  readonly catalog: Readonly<Record<string, Json>>;
  readonly information: Readonly<Record<string, Json>>;
  readonly bookmarks: InspectedPdf['bookmarks'];
  /** The value itself or, of a reference, the object; of a stream its dictionary. */
  readonly resolve: (value: Json | undefined) => Json;
  /** How many streams are what a key of an object leads to. */
  readonly countTargets: (...keys: readonly string[]) => number;
  /** Numbers of pages, by the references to them. */
  readonly pageOf: (reference: Json | undefined) => number | undefined;
}

interface QpdfOutput {
  readonly pages: readonly { readonly object: string; readonly pageposfrom1: number }[];
  readonly outlines: readonly { readonly title: string; readonly destpageposfrom1: number }[];
  readonly qpdf: readonly [unknown, Objects];
}

/** Reads a PDF with qpdf, which must find nothing wrong with it. */
export function readWithQpdf(path: string): QpdfReading {
  const options = { encoding: 'utf8', maxBuffer: 1024 ** 3 } as const;
  execFileSync('qpdf', ['--check', path], options);
  const output = JSON.parse(execFileSync('qpdf', ['--json', path], options)) as QpdfOutput;
  const [, objects] = output.qpdf;
  const resolve = (value: Json | undefined): Json => {
    if (typeof value !== 'string' || !/^\d+ 0 R$/.test(value)) return value ?? null;
    const object = objects[`obj:${value}`];
    return object?.stream?.dict ?? object?.value ?? null;
  };
  const dictionary = (value: Json | undefined) => (resolve(value) ?? {}) as Readonly<Record<string, Json>>;
  const trailer = dictionary(objects['trailer']?.value);
  const entries = Object.values(objects).flatMap(({ value, stream }) => entriesIn(stream?.dict ?? value ?? null));
  return {
    pages: output.pages.map(({ object }) => dictionary(object)),
    catalog: dictionary(trailer['/Root']),
    information: dictionary(trailer['/Info']),
    bookmarks: output.outlines.map(({ title, destpageposfrom1 }) => ({ title, page: destpageposfrom1 })),
    resolve,
    countTargets: (...keys) => new Set(entries.filter(([key]) => keys.includes(key)).map(([, target]) => target)).size,
    pageOf: (reference) => output.pages.find(({ object }) => object === reference)?.pageposfrom1,
  };
}

/** The entries of all dictionaries in a value. */
function entriesIn(value: Json): readonly (readonly [string, Json])[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.entries(value as Readonly<Record<string, Json>>);
  return [...own, ...own.flatMap(([, item]) => entriesIn(item))];
}

/** What the contract asks of a PDF. */
export function inspectPdf(path: string): InspectedPdf {
  const { pages, bookmarks, resolve } = readWithQpdf(path);
  const box = (value: Json | undefined) => resolve(value) as readonly number[];
  return {
    pages: pages.map((page) => ({ mediaBox: box(page['/MediaBox']), trimBox: box(page['/TrimBox']) })),
    bookmarks,
  };
}
