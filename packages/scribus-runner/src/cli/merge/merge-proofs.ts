import type { Rendition } from '@pubpipe/core/driver';
import type { MergeRequest } from '../../merge/index.ts';
import { UsageError } from '../usage-error.ts';
import type { MergeCommandLine } from './parse-merge-arguments.ts';

const prefix = 'proof-';

/**
 * The proofs that a command line asks for: page images of the documents of chosen records, for somebody to look at. Throws a
 * {@link UsageError} for a record that is not among those to be rendered.
 */
export function toProofs(
  { proof: records, proofDpi: dpi, pages }: MergeCommandLine,
  { from, to }: { readonly from: number; readonly to: number },
): MergeRequest['proofs'] {
  if (records === undefined) return undefined;
  const unreached = records.find((record) => record < from || record > to);
  if (unreached !== undefined) {
    throw new UsageError(`--proof: record ${unreached} is not rendered, only those from ${from} to ${to} are.`);
  }
  return { records, rendition: { kind: 'png', dpi, pages, prefix } };
}

/** Whether a file of a document is a proof. */
export const isProof = ({ name }: Rendition): boolean => name.startsWith(prefix);
