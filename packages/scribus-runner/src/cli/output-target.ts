import { type Stats, statSync } from 'node:fs';
import { UsageError } from './usage-error.ts';

/** How names of documents end. */
export const documentEnding: RegExp = /\.(?:(?:sla|scd)(?:\.gz)?|zip)$/i;

/** What lies at a path, links followed, if anything. Throws a {@link UsageError} when nobody may look. */
export function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw new UsageError(`${path} can't be used: ${(error as NodeJS.ErrnoException).code}.`, { cause: error });
  }
}

/** Throws a {@link UsageError} when there is no directory at a path that a flag names. */
export function needDirectory(flag: string, path: string): void {
  if (lookAt(path)?.isDirectory() !== true) throw new UsageError(`${flag} ${path} is not a directory.`);
}

/**
 * Refuses to replace an input, and what is no file at all: a finished output takes the place of what
 * is there, also of a device or a pipe. Throws a {@link UsageError}.
 */
export function refuseUnsafeTarget(
  target: string,
  inputs: readonly string[],
  { mayBeDocument = false }: { readonly mayBeDocument?: boolean | undefined } = {},
): void {
  if (!mayBeDocument && documentEnding.test(target))
    throw new UsageError(`${target} has the name of a document, not of an output.`);
  const there = lookAt(target);
  if (there === undefined) return;
  if (!there.isFile()) throw new UsageError(`${target} is not a file that could be replaced.`);
  const isSame = (input: Stats | undefined) => input?.dev === there.dev && input.ino === there.ino;
  if (inputs.some((input) => isSame(lookAt(input)))) throw new UsageError(`${target} is one of the inputs.`);
}
