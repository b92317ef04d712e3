import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { hiddenPrefix } from '../../engine/workspace-owner.ts';
import { documentEnding, lookAt, refuseUnsafeTarget } from '../output-target.ts';
import { unwritable } from '../place-outputs.ts';
import { UsageError } from '../usage-error.ts';
import type { MergeCommandLine } from './parse-merge-arguments.ts';

/** Absolute paths of the directories of outputs; undefined for what is not wanted. */
export interface MergeTargets {
  readonly pdf: string | undefined;
  readonly png: string | undefined;
  readonly jpeg: string | undefined;
  /** Of the filled documents. */
  readonly sla: string | undefined;
  readonly proofs: string | undefined;
  /** Directory of PDFs that are only joined; undefined where each is written. */
  readonly parts?: string | undefined;
}

/** Decides where outputs go. Throws a {@link UsageError} when they can't go there. */
export function planTargets(commandLine: MergeCommandLine): MergeTargets {
  const { template, out, png, jpeg, sla, proof, proofDirectory } = commandLine;
  const beside = png === undefined && jpeg === undefined ? dirname(resolve(template)) : undefined;
  for (const directory of [out, png, jpeg, sla, proofDirectory])
    if (directory !== undefined && lookAt(directory)?.isDirectory() === false)
      throw new UsageError(`${directory} is not a directory.`);
  const absolute = (directory: string | undefined) => (directory === undefined ? undefined : resolve(directory));
  const targets = { pdf: absolute(out) ?? beside, png: absolute(png), jpeg: absolute(jpeg), sla: absolute(sla) };
  const besideOthers = targets.pdf ?? targets.png ?? targets.jpeg;
  return { ...targets, proofs: proof === undefined ? undefined : (absolute(proofDirectory) ?? besideOthers) };
}

/**
 * Where the PDF of all documents goes: into the directory of the PDFs, named after the template. Throws a {@link UsageError}
 * when it can't go there.
 */
export function planJoined({ template, data }: MergeCommandLine, { pdf }: MergeTargets): string {
  if (pdf === undefined) throw new UsageError('--merge is about PDFs: say --out too.');
  const target = join(pdf, `${nameOfJoined(template)}.pdf`);
  refuseUnsafeTarget(target, [template, data]);
  return target;
}

/** What the PDF of all documents is called, without an ending. */
export const nameOfJoined = (template: string): string => basename(template).replace(documentEnding, '');

/**
 * Lets `work` have a directory in which documents are rendered before they get their names, on the same disk.
 *
 * @throws PubpipeError `OUTPUT_UNWRITABLE`.
 */
export async function withWorkplace<Result>(
  { pdf, png, jpeg }: MergeTargets,
  work: (workplace: string) => Promise<Result>,
): Promise<Result> {
  const directory = pdf ?? png ?? jpeg ?? '.';
  const workplace = await makeWorkplace(directory);
  try {
    return await work(workplace);
  } finally {
    // What is left of it must not hide how the merge has ended; its name says whose it is.
    await rm(workplace, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function makeWorkplace(directory: string): Promise<string> {
  try {
    await mkdir(directory, { recursive: true });
    return await mkdtemp(join(directory, hiddenPrefix('output')));
  } catch (error) {
    throw unwritable(directory, error);
  }
}
