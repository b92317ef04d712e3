import type { JobRecord } from '../../job/job-record.ts';

/** What the page images of proofs begin with, before they are named after their record. */
export const proofPrefix = 'proof-';

/** Names of a record's files that are proofs. */
export const proofsOf = ({ name, files }: Pick<JobRecord, 'name' | 'files'>): readonly string[] =>
  files.map((file) => file.name).filter((file) => file.startsWith(`${name}-${proofPrefix}`));
