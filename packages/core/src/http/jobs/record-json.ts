import { z } from 'zod';
import { type JobRecord, recordStatuses } from '../../job/job-record.ts';
import { mergePaths } from '../../ports/merger.ts';
import { preflightChecks } from '../../ports/preflight.ts';
import { artifactWriter } from '../artifacts/artifact-json.ts';
import type { HttpParts } from '../http-parts.ts';
import type { HttpRequest } from '../http-request.ts';
import { jobArtifactSchema, toJobArtifact } from './job-json.ts';

const findingSchema = z.object({
  check: z.enum(preflightChecks),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  page: z.int().optional(),
  object: z.string().optional().describe('Name of the frame or object.'),
  file: z.string().optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

const noteSchema = z.object({
  kind: z.string(),
  record: z.int(),
  column: z.string().optional(),
  message: z.string(),
});

/** What became of a record, as clients see it. */
export const recordSchema = z.object({
  first: z.int().describe('Its number, from 1; the first of those that share its document.'),
  last: z.int().describe('The last of those that share its document.'),
  name: z.string().describe('What its files are named after.'),
  status: z.enum(recordStatuses),
  path: z
    .enum(mergePaths)
    .describe('How its document was made: of a template that was opened once (fast), or as a file of its own (xml).'),
  pathReason: z.string().optional().describe('Why it was not the fast path.'),
  pageCount: z.int().optional(),
  findings: z.array(findingSchema).describe('What the document check found: the first 50.'),
  notes: z.array(noteSchema).describe('What was changed in values: the first 50.'),
  error: z
    .object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) })
    .optional()
    .describe('Why it failed.'),
  attempt: z.int().describe('The attempt that made it.'),
  files: z.array(jobArtifactSchema).describe('There as soon as it is listed, and until the job goes.'),
});

/** What became of a record, as clients see it. */
export type RecordJson = z.output<typeof recordSchema>;

/** Writes records with links as they are right in the answer to a request. */
export function recordWriter(parts: HttpParts, request: Pick<HttpRequest, 'mountPath'>) {
  const write = toJobArtifact(artifactWriter(parts, request));
  return ({ findings, notes, error, files, ...record }: JobRecord): RecordJson => ({
    ...record,
    findings: findings.map((finding) => ({ ...finding, facts: finding.facts && { ...finding.facts } })),
    notes: notes.map((note) => ({ ...note })),
    error: error && { ...error, details: { ...error.details } },
    files: files.map(write),
  });
}
