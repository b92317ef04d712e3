import { type AssetName, PubpipeError, type Rendition, throwIfCancelled } from '@pubpipe/core/driver';
import type { AfterExport, ExportChange, ExportedFile } from './after-export.ts';
import { pinPdf } from './determinism/pin-pdf.ts';
import type { DocumentFacts } from './document/document-facts.ts';
import type { ScreeningMode } from './document/screening/screening.ts';
import type { PdfFacts } from './pdf/pdf-facts.ts';
import type { PdfReader } from './pdf/pdf-reader.ts';
import type { PageSize, ScripterAnswer } from './protocol/answer.ts';
import { toExpectedPdf } from './request/expected-pdf.ts';
import type { ParsedRendition } from './request/parse-renditions.ts';
import type { StagingDirectory } from './staging-directory.ts';
import { checkJpeg } from './truth-check/check-jpeg.ts';
import { checkPdf } from './truth-check/check-pdf.ts';
import { checkPng } from './truth-check/check-png.ts';
import { type CheckRendition, runCheckRendition } from './truth-check/check-rendition.ts';

/** A file that Scribus says it has written. */
export type WrittenFile = Extract<ScripterAnswer, { readonly type: 'rendition' }>;

/** One file on its way, with what was asked of it. */
export interface FileToCheck {
  readonly file: WrittenFile;
  readonly name: AssetName;
  readonly asked: ParsedRendition;
  /** Sizes of the document's pages. */
  readonly pages: readonly PageSize[];
}

/** What all files of a render are checked with. */
export interface CheckWrittenFileOptions {
  readonly document: DocumentFacts;
  readonly staging: StagingDirectory;
  readonly pdfReader: PdfReader;
  readonly screening: ScreeningMode;
  readonly afterExport: AfterExport | undefined;
  readonly checkRendition: CheckRendition | undefined;
  /** What PDFs say when they were made; `now` leaves what Scribus wrote. */
  readonly documentDate: Date | 'now';
  readonly signal: AbortSignal;
}

/**
 * Brings one file from where Scribus wrote it to its name in the output directory, by way of all checks. What is
 * checked is a copy that Scribus can't reach, and that copy is what gets the name.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH`, `RENDER_FAILED`, or what a check throws.
 */
export async function checkWrittenFile(one: FileToCheck, options: CheckWrittenFileOptions): Promise<Rendition> {
  const { staging, checkRendition, signal } = options;
  const path = await staging.take(one.file.path, signal);
  const exported = toExported(one, path);
  const facts = await pin(exported, options);
  const change = await callAfterExport(exported, options);
  throwIfCancelled(signal);
  await checkContent(one, { path, change, facts }, options);
  if (checkRendition !== undefined) await runCheckRendition(checkRendition, exported, signal);
  throwIfCancelled(signal);
  const byteSize = await staging.publish(path, one.name);
  return { ...factsOf(one.file), name: one.name, byteSize };
}

function toExported({ file, name }: FileToCheck, path: string): ExportedFile {
  const { kind } = file;
  return file.kind === 'pdf' ? { kind, name, path, password: file.password } : { kind, name, path, page: file.page };
}

/** Returns what was read of a PDF, if it stays as it is then. */
async function pin(file: ExportedFile, options: CheckWrittenFileOptions): Promise<PdfFacts | undefined> {
  const { pdfReader: reader, documentDate, afterExport, signal } = options;
  if (file.kind !== 'pdf' || documentDate === 'now') return undefined;
  const thenRead = afterExport === undefined ? { password: file.password } : undefined;
  return await pinPdf(file.path, documentDate, { reader, signal, thenRead });
}

async function callAfterExport(
  file: ExportedFile,
  { afterExport, signal }: CheckWrittenFileOptions,
): Promise<ExportChange> {
  if (afterExport === undefined) return {};
  const { name } = file;
  try {
    return (await afterExport(file, { signal })) ?? {};
  } catch (cause) {
    throw new PubpipeError('RENDER_FAILED', `The hook afterExport failed on ${name}.`, { cause, details: { name } });
  }
}

async function checkContent(
  { file, asked, pages }: FileToCheck,
  {
    path,
    change,
    facts,
  }: { readonly path: string; readonly change: ExportChange; readonly facts: PdfFacts | undefined },
  { document, pdfReader: reader, screening, afterExport, signal }: CheckWrittenFileOptions,
): Promise<void> {
  if (file.kind === 'pdf' && asked.kind === 'pdf') {
    const expected = toExpectedPdf({ asked, written: file, sizes: pages, document, screened: screening === 'on' });
    const changed = {
      // A hook may leave out empty pages' drawings, add links, and sign.
      ...(afterExport && { drawn: undefined, annotations: undefined, layers: undefined, actions: undefined }),
      ...(change.pages && { pages: change.pages, bleed: undefined, marksPt: undefined }),
    };
    await checkPdf(path, { ...expected, ...changed }, { reader, signal, facts });
    return;
  }
  const pageSize = file.kind === 'pdf' ? undefined : pages[file.page - 1];
  // Whoever put it in line has let no other through.
  if (asked.kind === 'pdf' || pageSize === undefined) throw new TypeError('The file is not expected.');
  const expected = { pageSize, dpi: asked.dpi };
  await (asked.kind === 'png' ? checkPng(path, expected, signal) : checkJpeg(path, expected, signal));
}

function factsOf(file: WrittenFile): Pick<Rendition, 'kind' | 'mediaType' | 'page'> {
  if (file.kind === 'pdf') return { kind: 'pdf', mediaType: 'application/pdf' };
  return { kind: file.kind, mediaType: `image/${file.kind}`, page: file.page };
}
