import { basename, dirname, join, resolve } from 'node:path';
import { type DocumentPlace, placeDocument } from './input-directory.ts';
import { documentEnding, lookAt, refuseUnsafeTarget } from './output-target.ts';
import type { CommandLine } from './parse-arguments.ts';
import { UsageError } from './usage-error.ts';

/** Where page images of a document go: `<directory>/<prefix>0001<ending>`. */
interface PlannedImages {
  readonly directory: string;
  readonly prefix: string;
  readonly ending: string;
}

/** Where the outputs of one document go. */
export interface PlannedDocument {
  /** As the command line names it. */
  readonly argument: string;
  /** Absolute path. */
  readonly path: string;
  readonly place: DocumentPlace;
  /** Absolute path of the PDF, if one is wanted. */
  readonly pdf: string | undefined;
  readonly png: PlannedImages | undefined;
  readonly jpeg: PlannedImages | undefined;
  /** Absolute path of the file for the report of the document check, if one is wanted. */
  readonly preflight: string | undefined;
}

/** The directories that a document's outputs belong into: first the one in which they are made. */
export function directoriesOf({ pdf, png, jpeg, preflight }: PlannedDocument): readonly string[] {
  const [ofPdf, ofReport] = [pdf, preflight].map((file) => file && dirname(file));
  return [ofPdf, png?.directory, jpeg?.directory, ofReport].filter((directory) => directory !== undefined);
}

/** What of a command line decides where outputs go. */
export type OutputTargets = Pick<
  CommandLine,
  'documents' | 'pdf' | 'png' | 'jpeg' | 'preflight' | 'inputDirectory' | 'optionsFile'
>;

/**
 * Decides where outputs go. Throws a {@link UsageError} when two outputs would be the same file, or when
 * one would replace what nobody wants to lose.
 */
export function planOutputs(targets: OutputTargets): readonly PlannedDocument[] {
  const { documents, pdf, png, jpeg, preflight, inputDirectory, optionsFile } = targets;
  const pdfOf = namesFor(pdf, '.pdf', documents);
  const reportOf = namesFor(preflight === '-' ? undefined : preflight, '.preflight.json', documents);
  const planned = documents.map((argument) => {
    const path = resolve(argument);
    const stem = basename(path).replace(documentEnding, '');
    const besideDocument = png === undefined && jpeg === undefined ? join(dirname(path), `${stem}.pdf`) : undefined;
    const imagesIn = (directory: string | undefined, ending: string) =>
      directory === undefined ? undefined : { directory: resolve(directory), prefix: `${stem}-page-`, ending };
    return {
      argument,
      path,
      place: placeDocument(argument, inputDirectory),
      pdf: pdfOf(stem) ?? besideDocument,
      png: imagesIn(png, '.png'),
      jpeg: imagesIn(jpeg, '.jpg'),
      preflight: reportOf(stem),
    };
  });
  refuseCollisions(planned);
  const inputs = [...planned.map(({ path }) => path), ...(optionsFile === undefined ? [] : [optionsFile])];
  for (const input of inputs) lookAt(input);
  for (const document of planned) {
    for (const target of [document.pdf, document.preflight])
      if (target !== undefined) refuseUnsafeTarget(target, inputs);
  }
  for (const directory of [png, jpeg]) {
    if (directory !== undefined && lookAt(directory)?.isDirectory() === false)
      throw new UsageError(`${directory} is not a directory.`);
  }
  return planned;
}

/** A target that is a file for one document, and a directory for several or where it looks like one. */
function namesFor(
  target: string | undefined,
  ending: string,
  documents: readonly string[],
): (stem: string) => string | undefined {
  if (target === undefined) return () => undefined;
  const isDirectory = documents.length > 1 || target.endsWith('/') || lookAt(target)?.isDirectory() === true;
  return (stem) => (isDirectory ? resolve(target, `${stem}${ending}`) : resolve(target));
}

function refuseCollisions(planned: readonly PlannedDocument[]): void {
  const owners = new Map<string, string>();
  for (const { argument, pdf, preflight, ...images } of planned) {
    const patterns = [images.png, images.jpeg].map((set) => set && `${join(set.directory, set.prefix)}*${set.ending}`);
    for (const target of [pdf, preflight, ...patterns]) {
      if (target === undefined) continue;
      const owner = owners.get(target);
      if (owner !== undefined) {
        const whose = owner === argument ? `Two outputs of ${owner}` : `${owner} and ${argument}`;
        throw new UsageError(`${whose} would write the same file.`);
      }
      owners.set(target, argument);
    }
  }
}
