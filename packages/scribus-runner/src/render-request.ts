import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import {
  type AssetName,
  defaultFailOn,
  type PdfRendition,
  type PngRendition,
  type PreflightCheck,
  PubpipeError,
  parseAssetName,
  preflightChecks,
  type RenderRequest,
} from '@pubpipe/core';
import { profilesOf } from './preflight/expectations.ts';
import { maxTimeoutMs } from './scribus-renderer-options.ts';

/** A {@link RenderRequest}, complete and checked. */
export interface ParsedRenderRequest {
  readonly inputDirectory: string;
  readonly documentPath: string;
  readonly outputDirectory: string;
  readonly pdf: { readonly fileName: AssetName } | undefined;
  readonly png: { readonly dpi: number; readonly pages: readonly number[] | undefined } | undefined;
  /** The profiles that the renditions are made under. */
  readonly profiles: readonly string[];
  readonly failOn: ReadonlySet<PreflightCheck>;
  readonly timeoutMs: number;
}

const documentNames = /\.(?:sla|scd)$/i;
// Scribus finds these by their ending alone, and only in lower case.
const packedDocumentNames = /\.(?:sla|scd)\.gz$/;
const pageImageNames = /^page-\d{4,}\.png$/;
const knownChecks: ReadonlySet<string> = new Set(preflightChecks);

/** The name of a page's image in the output directory. */
export const pageImageName = (page: number): AssetName => parseAssetName(`page-${String(page).padStart(4, '0')}.png`);

/** Whether Scribus unpacks a document of this name. */
export const isPackedName = (name: string): boolean => packedDocumentNames.test(name);

/**
 * Checks a request and fills in what it leaves out.
 *
 * @throws PubpipeError `INVALID_INPUT` saying what is wrong.
 */
export async function parseRenderRequest(
  request: RenderRequest,
  defaults: { readonly timeoutMs: number },
): Promise<ParsedRenderRequest> {
  const { timeoutMs = defaults.timeoutMs } = request;
  const document = parseAssetName(request.document);
  if (!documentNames.test(document) && !packedDocumentNames.test(document)) {
    refuse("The document's name must end in .sla, .scd, .sla.gz or .scd.gz: Scribus opens nothing else.", { document });
  }
  for (const [name, path] of [
    ['inputDirectory', request.inputDirectory],
    ['outputDirectory', request.outputDirectory],
  ] as const) {
    if (typeof path !== 'string' || !isAbsolute(path)) refuse(`${name} must be an absolute path.`);
  }
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > maxTimeoutMs) {
    refuse(`timeoutMs must be an integer from 1 to ${maxTimeoutMs}.`, { timeoutMs });
  }
  const parsedRenditions = parseRenditions(request.renditions);
  const profiles = profilesOf(request.renditions);
  const { failOn = defaultFailOn(profiles) } = request;
  if (!Array.isArray(failOn)) refuse('failOn must be a list of checks.');
  const unknown = failOn.find((check) => !knownChecks.has(check));
  if (unknown !== undefined) refuse(`failOn names the unknown check "${unknown}".`);

  const documentPath = join(request.inputDirectory, document);
  await checkFiles(documentPath, request.outputDirectory);
  return Object.freeze({
    inputDirectory: request.inputDirectory,
    documentPath,
    outputDirectory: request.outputDirectory,
    ...parsedRenditions,
    profiles,
    failOn: new Set(failOn),
    timeoutMs,
  });
}

function parseRenditions(renditions: RenderRequest['renditions']): Pick<ParsedRenderRequest, 'pdf' | 'png'> {
  if (!Array.isArray(renditions) || renditions.length === 0) refuse('renditions must ask for at least one.');
  if (renditions.some((rendition: unknown) => typeof rendition !== 'object' || rendition === null))
    refuse('A rendition is an object of kind pdf or png.');
  const pdfs = renditions.filter((rendition): rendition is PdfRendition => rendition.kind === 'pdf');
  const pngs = renditions.filter((rendition): rendition is PngRendition => rendition.kind === 'png');
  if (pdfs.length + pngs.length < renditions.length) refuse('A rendition is of kind pdf or png.');
  if (pdfs.length > 1 || pngs.length > 1) refuse('renditions may ask for one PDF and one set of page images.');

  const pdf = pdfs[0] && { fileName: parseAssetName(pdfs[0].fileName ?? 'document.pdf') };
  const png = pngs[0] && { dpi: parseDpi(pngs[0].dpi ?? 72), pages: parsePages(pngs[0].pages) };
  // `page-0001.png/x.pdf` would need a directory where the image lies.
  const [first = ''] = pdf?.fileName.split('/') ?? [];
  if (png && pageImageNames.test(first)) refuse('fileName of the PDF collides with the name of a page image.');
  return { pdf, png };
}

function parseDpi(dpi: number): number {
  if (!Number.isInteger(dpi) || dpi < 18 || dpi > 1200) refuse('dpi must be an integer from 18 to 1,200.', { dpi });
  return dpi;
}

function parsePages(pages: readonly number[] | undefined): readonly number[] | undefined {
  if (pages === undefined) return undefined;
  if (!Array.isArray(pages)) refuse('pages must be a list of page numbers.', { pages });
  const ascending = pages.every((page, index) => Number.isInteger(page) && page > (pages[index - 1] ?? 0));
  if (pages.length === 0 || !ascending)
    refuse('pages must be page numbers from 1, ascending, at least one.', { pages });
  return Object.freeze([...pages]);
}

async function checkFiles(documentPath: string, outputDirectory: string): Promise<void> {
  const reason = (error: unknown) => ({ cause: error });
  const document = await stat(documentPath).catch((error: unknown) =>
    refuse('The document is not in the input directory.', {}, reason(error)),
  );
  if (!document.isFile()) refuse('The document is not a file.');
  const entries = await readdir(outputDirectory).catch((error: unknown) =>
    refuse("The output directory doesn't exist or can't be read.", {}, reason(error)),
  );
  if (entries.length > 0) refuse('The output directory is not empty.');
}

function refuse(
  message: string,
  details: Readonly<Record<string, unknown>> = {},
  options: { cause?: unknown } = {},
): never {
  throw new PubpipeError('INVALID_INPUT', message, { ...options, details });
}
