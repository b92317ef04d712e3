import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type PdfPart, PubpipeError } from '@pubpipe/core/driver';
import type { PdfPageFacts } from '../pdf/pdf-facts.ts';
import { PdfFault } from '../pdf/pdf-fault.ts';
import type { PdfReader } from '../pdf/pdf-reader.ts';
import { mismatch } from '../truth-check/mismatch.ts';
import { type ExpectedJoin, fontKey } from './check-joined-pdf.ts';
import { CommonClaims } from './common-claims.ts';
import type { JoinPlan, PlannedPart } from './join-plan.ts';
import type { PartReading } from './part-reading.ts';
import type { ResolvedPdfJoinerOptions } from './pdf-joiner-options.ts';
import { untilAborted } from './until-aborted.ts';

/** What is kept of the parts when all were read: an index, no content. */
export interface PartIndex {
  readonly paths: readonly string[];
  readonly parts: JoinPlan['parts'];
  readonly claims: JoinPlan['claims'];
  readonly expected: ExpectedJoin;
}

/**
 * Reads the parts one after the other.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH` when one is no whole PDF, or encrypted.
 * @throws PubpipeError `RENDER_LIMIT` when they are too many or too long.
 * @throws PubpipeError `INVALID_INPUT` when there is none.
 */
export async function readParts(
  parts: AsyncIterable<PdfPart> | Iterable<PdfPart>,
  {
    options,
    reader,
    signal,
  }: { readonly options: ResolvedPdfJoinerOptions; readonly reader: PdfReader; readonly signal: AbortSignal },
): Promise<PartIndex> {
  const paths: string[] = [];
  const planned: PlannedPart[] = [];
  const claims = new CommonClaims();
  const pages: PdfPageFacts[] = [];
  const [fonts, spotColours] = [new Set<string>(), new Set<string>()];
  let byteSize = 0;
  for await (const { path, title } of untilAborted(parts, signal)) {
    if (paths.length === options.maxParts) throw tooMuch('maxParts', `There are more than ${options.maxParts} PDFs.`);
    const { reading, size } = await readPart(path, { reader, signal });
    byteSize += size;
    if (byteSize > options.maxBytes) {
      throw tooMuch('maxBytes', `The PDFs have more than ${options.maxBytes} bytes together.`);
    }
    const { facts, links, layers } = reading;
    paths.push(path);
    planned.push({ pageCount: facts.pages.length, title, links, layers });
    claims.add(reading);
    pages.push(...facts.pages);
    for (const font of facts.fonts) fonts.add(fontKey(font));
    for (const colour of facts.spotColours) spotColours.add(colour);
  }
  if (paths.length === 0) throw new PubpipeError('INVALID_INPUT', 'There is no PDF to join.');
  const { all } = claims;
  const layered = planned.some(({ layers }) => layers.length > 0);
  const hasOutputIntents = all.catalog.includes('OutputIntents');
  const expected = { pages, fonts, spotColours, layered, hasOutputIntents };
  return { paths, parts: planned, claims: all, expected };
}

async function readPart(
  path: string,
  { reader, signal }: { readonly reader: PdfReader; readonly signal: AbortSignal },
): Promise<{ readonly reading: PartReading; readonly size: number }> {
  const file = await openPart(path);
  try {
    const { size } = await file.stat();
    const reading = await reader.readPart(file.fd, signal);
    if (!reading.facts.encrypted) return { reading, size };
    throw mismatch(`${path} is encrypted, and can't be joined with others.`, { encrypted: false }, { encrypted: true });
  } catch (error) {
    if (!(error instanceof PdfFault)) throw error;
    throw mismatch(`${path} is damaged: ${error.message}.`, 'a whole PDF', error.message, error);
  } finally {
    await file.close();
  }
}

/**
 * Opens a part. What is no plain file is refused, and never waited for.
 *
 * @throws PubpipeError `OUTPUT_MISMATCH`.
 */
export async function openPart(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    throw mismatch(`${path} can't be read: ${error.code}.`, 'a whole PDF', error.code, error);
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw mismatch(`${path} is no file.`, 'a whole PDF', null);
}

const tooMuch = (limit: string, sentence: string): PubpipeError =>
  new PubpipeError('RENDER_LIMIT', sentence, { details: { limit } });
