import { basename, dirname, join, resolve } from 'node:path';
import { lookAt, refuseUnsafeTarget } from './output-target.ts';
import { type CommandLine, UsageError } from './parse-arguments.ts';

/** Where the outputs of one document go. */
export interface PlannedDocument {
  /** As the command line names it. */
  readonly argument: string;
  /** Absolute path. */
  readonly path: string;
  /** Absolute path of the PDF, if one is wanted. */
  readonly pdf: string | undefined;
  /** Page images, if they are wanted: `<directory>/<prefix>0001.png`. */
  readonly png: { readonly directory: string; readonly prefix: string } | undefined;
}

/**
 * Decides where outputs go. Throws a {@link UsageError} when two documents would write the same file,
 * or when an output would replace what nobody wants to lose.
 */
export function planOutputs({
  documents,
  pdf,
  png,
}: Pick<CommandLine, 'documents' | 'pdf' | 'png'>): readonly PlannedDocument[] {
  const pdfIsDirectory = pdf !== undefined && (documents.length > 1 || pdf.endsWith('/') || isDirectory(pdf));
  const planned = documents.map((argument) => {
    const path = resolve(argument);
    const stem = basename(path).replace(/\.(?:sla|scd)(?:\.gz)?$/i, '');
    const besideDocument = png === undefined ? join(dirname(path), `${stem}.pdf`) : undefined;
    const named = pdf === undefined ? undefined : pdfIsDirectory ? resolve(pdf, `${stem}.pdf`) : resolve(pdf);
    return {
      argument,
      path,
      pdf: named ?? besideDocument,
      png: png === undefined ? undefined : { directory: resolve(png), prefix: `${stem}-page-` },
    };
  });
  refuseCollisions(planned);
  const inputs = planned.map(({ path }) => path);
  for (const input of inputs) lookAt(input);
  for (const { pdf: target } of planned) if (target !== undefined) refuseUnsafeTarget(target, inputs);
  if (png !== undefined && lookAt(png)?.isDirectory() === false) throw new UsageError(`${png} is not a directory.`);
  return planned;
}

function refuseCollisions(planned: readonly PlannedDocument[]): void {
  const owners = new Map<string, string>();
  for (const { argument, pdf, png } of planned) {
    for (const target of [pdf, png && join(png.directory, png.prefix)]) {
      if (target === undefined) continue;
      const owner = owners.get(target);
      if (owner !== undefined) throw new UsageError(`${owner} and ${argument} would write the same file.`);
      owners.set(target, argument);
    }
  }
}

const isDirectory = (path: string): boolean => lookAt(path)?.isDirectory() === true;
