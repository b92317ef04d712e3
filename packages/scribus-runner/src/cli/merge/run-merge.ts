import { dirname, resolve } from 'node:path';
import {
  isPubpipeError,
  type MadeBy,
  type PubpipeError,
  parseAssetName,
  type Renderer,
  type RenditionRequest,
} from '@pubpipe/core/driver';
import { createPdfJoiner } from '../../join/create-pdf-joiner.ts';
import { resolvePdfJoinerOptions } from '../../join/pdf-joiner-options.ts';
import { probeQpdf } from '../../join/run-qpdf.ts';
import { surveyData } from '../../merge/data/survey-data.ts';
import { plannedPath } from '../../merge/fast-path.ts';
import { type MergeRequest, type OpenedData, type OpenedTemplate, openData, openTemplate } from '../../merge/index.ts';
import { variablesOf } from '../../merge/output/variables-of.ts';
import { exitCodes, toExitCode } from '../exit-codes.ts';
import { placeDocument } from '../input-directory.ts';
import { openRenderer } from '../open-renderer.ts';
import { lookAt, refuseUnsafeTarget } from '../output-target.ts';
import { ProgressBars } from '../progress-bars.ts';
import { removeLeftovers } from '../remove-leftovers.ts';
import { toRenditionRequests } from '../rendition-requests.ts';
import { oneLine } from '../screen.ts';
import type { Surroundings } from '../surroundings.ts';
import { UsageError } from '../usage-error.ts';
import { MergeJoin } from './merge-join.ts';
import { toProofs } from './merge-proofs.ts';
import { MergeReport } from './merge-report.ts';
import { createMergeReporter } from './merge-reporter.ts';
import { type MergeTargets, nameOfJoined, planJoined, planTargets, withWorkplace } from './merge-targets.ts';
import { mergeUsage } from './merge-usage.ts';
import { type MergeCommandLine, parseMergeArguments } from './parse-merge-arguments.ts';
import { renderRecords } from './render-records.ts';
import { completeCommandLine } from './saved-settings.ts';

/** Runs `merge` and resolves with its exit code, when nothing of it is running any more. Throws a {@link UsageError}. */
export async function runMerge(surroundings: Surroundings): Promise<number> {
  const { args, stdout, stderr, version } = surroundings;
  const given = parseMergeArguments(args);
  if (given === undefined || given.version) {
    stdout.write(given === undefined ? mergeUsage : `${version}\n`);
    return exitCodes.ok;
  }
  try {
    const { commandLine, ignored } = await completeCommandLine(given, surroundings.signal);
    for (const what of ignored)
      stderr.write(`${oneLine(`${given.template}: its settings ask for ${what}, which is left out.`)}\n`);
    return await merge(commandLine, surroundings);
  } catch (error) {
    if (!isPubpipeError(error)) throw error;
    // Of an interruption nothing has to be said.
    if (error.code !== 'CANCELLED') stderr.write(`${explain(error)}\n`);
    return toExitCode([error.code]);
  }
}

async function merge(commandLine: MergeCommandLine, surroundings: Surroundings): Promise<number> {
  const { template: templatePath, data: dataPath } = commandLine;
  for (const path of [templatePath, dataPath])
    if (lookAt(path)?.isFile() !== true) throw new UsageError(`There is no file ${path}.`);
  if (commandLine.report !== undefined) refuseUnsafeTarget(commandLine.report, [templatePath, dataPath]);
  const targets = planTargets(commandLine);
  const joined = commandLine.merge ? planJoined(commandLine, targets) : undefined;
  const renderer = openRenderer(commandLine);
  try {
    // The template and the data are read while Scribus starts, which takes longer.
    await renderer.startAhead();
    // Why it fails, the first record hears.
    renderer.warmUp().catch(() => undefined);
    const renditions = await toRenditionRequests({ ...commandLine, pdf: commandLine.out });
    return await mergeWith(renderer, { commandLine, surroundings, renditions, targets, joined });
  } finally {
    await renderer.close();
  }
}

/** What is known of a merge before anything was read. */
interface MergeCommand {
  readonly commandLine: MergeCommandLine;
  readonly surroundings: Surroundings;
  readonly renditions: readonly RenditionRequest[];
  readonly targets: MergeTargets;
  /** Where the PDF of all documents goes, if there is to be one. */
  readonly joined: string | undefined;
}

async function mergeWith(renderer: Renderer, command: MergeCommand): Promise<number> {
  const { commandLine, surroundings, renditions, targets, joined } = command;
  const { template: templatePath, data: dataPath, format, encoding, delimiter, from = 1 } = commandLine;
  const { emptyValues, lineBreaks } = commandLine;
  const { stderr, signal } = surroundings;
  // What can't be joined in the end is not begun.
  if (joined !== undefined) await probeQpdf({ options: resolvePdfJoinerOptions({}), signal });
  const place = placeDocument(templatePath, commandLine.inputDirectory);
  const where = { inputDirectory: place.inputDirectory, document: parseAssetName(place.name) };
  const template = await openTemplate(where, { signal, emptyValues, lineBreaks });
  const data = await openData(resolve(dataPath), { format, encoding, delimiter });
  const ofNames = variablesOf(commandLine.outName ?? '');
  const { count, missing } = await surveyData(data, [...template.variables, ...ofNames], signal);
  if (count < from) throw new UsageError(`--from ${from}: the data has only ${count} records.`);
  for (const name of ofNames)
    if (missing.has(name)) throw new UsageError(`--out-name: no record has a column "${name}".`);
  for (const name of missing) stderr.write(`${oneLine(`${dataPath}: no record has a column "${name}".`)}\n`);
  for (const name of template.refusedAttributes)
    stderr.write(`${oneLine(`${templatePath}: the attribute "${name}" can't be set.`)}\n`);
  const to = Math.min(commandLine.to ?? count, count);
  const documents = Math.ceil((to - from + 1) / template.recordsPerDocument);
  const proofs = toProofs(commandLine, { from, to });
  const { maxParts } = resolvePdfJoinerOptions({});
  if (joined !== undefined && documents > maxParts) {
    throw new UsageError(
      `--merge joins at most ${maxParts} documents, and these are ${documents}: see --from and --to.`,
    );
  }
  const plan = { template, data, renditions, proofs, targets, joined, count, range: { from, to } };
  const reportDirectory = commandLine.report && dirname(resolve(commandLine.report));
  await removeLeftovers([targets.pdf, targets.png, targets.jpeg, targets.sla, targets.proofs, reportDirectory]);
  return await withWorkplace(targets, (workplace) => render(plan, { renderer, commandLine, surroundings, workplace }));
}

/** What is to be merged, as far as it is known before anything is rendered. */
interface MergePlan {
  readonly template: OpenedTemplate;
  readonly data: OpenedData;
  readonly renditions: readonly RenditionRequest[];
  readonly proofs: MergeRequest['proofs'];
  readonly targets: MergeTargets;
  /** Where the PDF of all documents goes, if there is to be one. */
  readonly joined: string | undefined;
  readonly count: number;
  readonly range: { readonly from: number; readonly to: number };
}

async function render(
  { template, data, renditions, proofs, targets, joined, count, range }: MergePlan,
  {
    renderer,
    commandLine,
    surroundings: { stdout, stderr, live, signal },
    workplace,
  }: {
    readonly renderer: Renderer;
    readonly commandLine: MergeCommandLine;
    readonly surroundings: Surroundings;
    readonly workplace: string;
  },
): Promise<number> {
  const { pages, outName: name, timeoutMs, failOn, onRecordError, json, single } = commandLine;
  const title = nameOfJoined(commandLine.template);
  const total = Math.ceil((range.to - range.from + 1) / template.recordsPerDocument);
  const imageSets = renditions.filter(({ kind }) => kind !== 'pdf').length;
  const imagesOf = (pageCount: number) => imageSets * (pages?.length ?? pageCount);
  const bars = new ProgressBars({ stdout, stderr, live, total, imagesOf });
  const closeBars = () => bars.close();
  signal.addEventListener('abort', closeBars);
  const planned = plannedPath(renderer, { template, fastPath: commandLine.fastPath });
  const report = await beginReport(commandLine, { data, planned }, count);
  try {
    const common = {
      template,
      records: data.records(),
      outputDirectory: workplace,
      renditions,
      proofs,
      timeoutMs,
      failOn,
      name,
      keepDocuments: targets.sla !== undefined,
      takenNames: joined !== undefined && single ? [title] : [],
    };
    const places = { title, workplace, template: resolve(commandLine.template) };
    const join = joined === undefined ? undefined : new MergeJoin(createPdfJoiner(), { target: joined, ...places });
    const parts = joined === undefined || single ? undefined : resolve(workplace, 'parts');
    const ended = await renderRecords(
      renderer,
      // What is skipped is told all the same.
      {
        ...common,
        ...range,
        countDigits: String(count).length,
        fastPath: commandLine.fastPath,
        onRecordError: onRecordError === 'stop' ? 'stop' : 'report',
      },
      {
        targets: { ...targets, parts },
        join,
        pagesEach: pages?.length,
        report,
        bars,
        signal,
        reporter: createMergeReporter(bars, { json }),
      },
    );
    const { error, failures } = ended;
    if (error !== undefined && error.code !== 'CANCELLED') bars.err(`${explain(error)}\n`);
    return toExitCode([...(error === undefined ? [] : [error.code]), ...(onRecordError === 'skip' ? [] : failures)]);
  } finally {
    signal.removeEventListener('abort', closeBars);
    bars.close();
    await report?.close();
  }
}

async function beginReport(
  { report, template: templatePath, data: dataPath }: MergeCommandLine,
  { data, planned }: Pick<MergePlan, 'data'> & { readonly planned: MadeBy },
  records: number,
) {
  if (report === undefined) return undefined;
  const { format, encoding, delimiter = null } = data;
  const { path, pathReason = null } = planned;
  const places = { template: resolve(templatePath), data: resolve(dataPath) };
  const facts = { ...places, path, pathReason, format, encoding, delimiter, records };
  return await MergeReport.begin(resolve(report), facts);
}

const explain = (error: PubpipeError): string => `pubpipe-render merge: ${oneLine(error.message)} [${error.code}]`;
