import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import {
  defaultFailOn,
  type PreflightCheck,
  PubpipeError,
  parseAssetName,
  preflightChecks,
  type RenderRequest,
} from '@pubpipe/core/driver';
import { isCollectedName, isDocumentName } from './document/document-names.ts';
import { profilesOf } from './preflight/expectations.ts';
import { type ParsedRendition, toParsedRenditions } from './request/parse-renditions.ts';
import { maxTimeoutMs } from './scribus-renderer-options.ts';

/** A {@link RenderRequest}, complete and checked. */
export interface ParsedRenderRequest {
  readonly inputDirectory: string;
  readonly documentPath: string;
  readonly outputDirectory: string;
  /** In the order of the request. */
  readonly renditions: readonly ParsedRendition[];
  /** The profiles that the renditions are made under. */
  readonly profiles: readonly string[];
  readonly failOn: ReadonlySet<PreflightCheck>;
  readonly timeoutMs: number;
}

const knownChecks: ReadonlySet<string> = new Set(preflightChecks);

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
  if (!isDocumentName(document) && !isCollectedName(document)) {
    const names = '.sla, .scd, .sla.gz or .scd.gz, or in .zip where it was collected for output';
    refuse(`The document's name must end in ${names}: Scribus opens nothing else.`, { document });
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
  const renditions = await toParsedRenditions(request.renditions);
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
    renditions,
    profiles,
    failOn: new Set(failOn),
    timeoutMs,
  });
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
