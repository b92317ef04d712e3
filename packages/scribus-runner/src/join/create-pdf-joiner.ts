import { link, mkdtemp, open, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import {
  isPubpipeError,
  type JoinedPdf,
  type JoinRequest,
  type PdfJoiner,
  PubpipeError,
  throwIfCancelled,
} from '@pubpipe/core/driver';
import { hiddenPrefix } from '../engine/workspace-owner.ts';
import { PdfFault } from '../pdf/pdf-fault.ts';
import { PdfReader } from '../pdf/pdf-reader.ts';
import { damaged } from '../truth-check/check-pdf.ts';
import { withinTime } from '../within-time.ts';
import { checkJoinedPdf } from './check-joined-pdf.ts';
import { openPart, type PartIndex, readParts } from './part-files.ts';
import { type PdfJoinerOptions, type ResolvedPdfJoinerOptions, resolvePdfJoinerOptions } from './pdf-joiner-options.ts';
import { probeQpdf, runQpdf } from './run-qpdf.ts';

const maxHeapMb = 2048;

/** What the steps of a join work with. */
interface JoinContext {
  readonly options: ResolvedPdfJoinerOptions;
  readonly reader: PdfReader;
  readonly signal: AbortSignal;
}

/**
 * Joins PDFs with qpdf. Beside what the port promises: links within a part and its layers work as before, and layers of
 * one name that are shown alike become one. Output intents, markers of PDF/X and PDF/A, and what the document information
 * says are kept where all parts have the same. A part's own bookmarks, attached files, scripts of the whole document and
 * tags for assistive technology are not. It needs the space of all parts twice, beside `output`, while it works.
 *
 * @throws PubpipeError `INVALID_INPUT` naming the option that is wrong.
 *
 * @example
 * ```ts
 * import { createPdfJoiner } from '@pubpipe/scribus-runner/join';
 *
 * const joiner = createPdfJoiner();
 * const { pageCount } = await joiner.join({
 *   parts: [{ path: '/srv/out/anna.pdf', title: 'Anna' }, { path: '/srv/out/bert.pdf', title: 'Bert' }],
 *   output: '/srv/out/all.pdf',
 * });
 * ```
 */
export function createPdfJoiner(joinerOptions: PdfJoinerOptions = {}): PdfJoiner {
  const options = resolvePdfJoinerOptions(joinerOptions);
  const { timeoutMs } = options;
  return {
    async join(request, { signal = new AbortController().signal } = {}) {
      throwIfCancelled(signal);
      if (!isAbsolute(request.output)) throw new PubpipeError('INVALID_INPUT', 'The output must be an absolute path.');
      const missed = () => new PubpipeError('RENDER_TIMEOUT', `The PDFs were not joined within ${timeoutMs} ms.`);
      return await withinTime({ signal, timeoutMs, missed }, async (within) => {
        const reader = new PdfReader({ timeoutMs, maxHeapMb });
        try {
          return await joinParts(request, { options, reader, signal: within });
        } finally {
          await reader.close();
        }
      });
    },
  };
}

async function joinParts({ parts, output, title }: JoinRequest, context: JoinContext): Promise<JoinedPdf> {
  const { signal } = context;
  await probeQpdf(context);
  const index = await readParts(parts, context);
  const place = await makePlace(output);
  try {
    const whole = await joinPages(place, { index, title }, context);
    await checkJoinedPdf(whole, index.expected, context);
    throwIfCancelled(signal);
    const { size } = await stat(whole);
    // Unlike a rename, it never replaces what is there.
    await link(whole, output);
    return { pageCount: index.expected.pages.length, byteSize: size };
  } catch (error) {
    throw toJoinError(error, output);
  } finally {
    // What is left of it must not hide how the join has ended; its name says whose it is.
    await rm(place, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Brings all pages together, and then what they have lost by it; returns the path of the file. */
async function joinPages(
  place: string,
  { index, title }: { readonly index: PartIndex; readonly title: string | undefined },
  context: JoinContext,
): Promise<string> {
  const [pages, update, whole] = [join(place, 'pages.pdf'), join(place, 'update.json'), join(place, 'whole.pdf')];
  const { paths, parts, claims } = index;
  const alike = { objectStreams: 'disable', streamData: 'preserve', deterministicId: '' };
  const all = (await underOwnNames(paths, place)).map((file) => ({ file, range: '1-z' }));
  const gathering = { empty: '', outputFile: pages, ...alike, removeUnreferencedResources: 'no', pages: all };
  await runJob(join(place, 'gather.json'), gathering, context);
  await writeUpdate({ pages, update, firstPart: paths[0] ?? '' }, { parts, title, claims }, context);
  const updating = { inputFile: pages, outputFile: whole, ...alike, updateFromJson: update };
  await runJob(join(place, 'update-job.json'), updating, context);
  await rm(pages);
  return whole;
}

/** qpdf takes a file that it is given again for the same one, and its pages would have their links in common. */
async function underOwnNames(paths: readonly string[], place: string): Promise<readonly string[]> {
  const seen = new Set<string>();
  const names: string[] = [];
  for (const [index, path] of paths.entries()) {
    const name = seen.has(path) ? join(place, `part-${index}.pdf`) : path;
    if (name !== path) await symlink(path, name);
    seen.add(path);
    names.push(name);
  }
  return names;
}

async function runJob(path: string, job: object, { options, signal }: JoinContext): Promise<void> {
  await writeFile(path, JSON.stringify(job));
  await runQpdf(path, { options, signal });
}

async function writeUpdate(
  paths: { readonly pages: string; readonly update: string; readonly firstPart: string },
  plan: Parameters<PdfReader['writeUpdate']>[1]['plan'],
  { reader, signal }: JoinContext,
): Promise<void> {
  await using files = new AsyncDisposableStack();
  const firstPart = files.use(await openPart(paths.firstPart));
  const pages = files.use(await open(paths.pages));
  const update = files.use(await open(paths.update, 'wx'));
  await reader.writeUpdate(pages.fd, { plan, firstPart: firstPart.fd, updateTo: update.fd }, signal);
}

async function makePlace(output: string): Promise<string> {
  try {
    return await mkdtemp(join(dirname(output), hiddenPrefix('output')));
  } catch (error) {
    throw toJoinError(error, output);
  }
}

function toJoinError(error: unknown, output: string): unknown {
  if (error instanceof PdfFault) return damaged(error);
  const { code } = error as NodeJS.ErrnoException;
  if (isPubpipeError(error) || code === undefined) return error;
  return new PubpipeError('OUTPUT_UNWRITABLE', `${output} can't be written: ${code}.`, { cause: error });
}
