import type { FilesJob } from '../../ports/batch-store.ts';

/** What people know a job by: its reference, or the name of its document. */
export function titleOfJob({ id, reference, documentName }: FilesJob): string {
  const stem = documentName.replace(/\.(?:sla|sla\.gz|scd|scd\.gz|zip)$/i, '');
  return reference ?? (stem === '' ? id : stem);
}
