import type { PreflightFinding, PreflightReport } from '@pubpipe/core';
import type { ArtifactJson, JobJson } from '@pubpipe/core/http';

/** A page as it is shown: its image, if it is there, and what was found on it. */
export interface ShownPage {
  readonly number: number;
  readonly image: ArtifactJson | undefined;
  readonly findings: readonly PreflightFinding[];
}

/** All pages of a job, and what was found that is on none of them. */
export interface ShownPages {
  readonly pages: readonly ShownPage[];
  readonly elsewhere: readonly PreflightFinding[];
}

// Empty places for more pages than this would be no help.
const mostPlaces = 500;

/** Puts together what is known of a job's pages so far. */
export function gatherPages(job: JobJson, preflight: PreflightReport | undefined): ShownPages {
  const images = new Map<number, ArtifactJson>();
  for (const { page, artifact } of [...job.previews, ...job.outputs]) {
    if (page !== undefined && artifact.state === 'ready') images.set(page, artifact);
  }
  const findings = preflight?.findings ?? [];
  const isUnderWay = job.status === 'running' || job.status === 'queued';
  const expected = isUnderWay ? Math.min(job.progress?.pageCount ?? 0, mostPlaces) : 0;
  const numbers = new Set([
    ...images.keys(),
    ...findings.flatMap(({ page }) => (page === undefined ? [] : [page])),
    ...Array.from({ length: expected }, (_, index) => index + 1),
  ]);
  return {
    pages: [...numbers]
      .toSorted((a, b) => a - b)
      .map((number) => ({
        number,
        image: images.get(number),
        findings: findings.filter(({ page }) => page === number),
      })),
    elsewhere: findings.filter(({ page }) => page === undefined),
  };
}
