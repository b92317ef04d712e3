import type { PreflightReport } from '@pubpipe/core';
import type { JobJson } from '@pubpipe/core/http';
import { useState } from 'preact/hooks';
import { gatherPages } from '../../jobs/gather-pages.ts';
import { formatCount } from '../../text/format.ts';
import { Findings } from './findings.tsx';
import { PageCard } from './page-card.tsx';
import { PageViewer } from './page-viewer.tsx';

/** The pages, one by one as they come, each with what was found on it. */
export function Pages({ job, preflight }: { readonly job: JobJson; readonly preflight: PreflightReport | undefined }) {
  const { pages, elsewhere } = gatherPages(job, preflight);
  const [viewed, setViewed] = useState<number>();
  const isUnderWay = job.status === 'running' || job.status === 'queued';
  return (
    <section class="pages-section" aria-labelledby="pages-heading">
      <div class="section-head">
        <h2 id="pages-heading">Pages</h2>
        {preflight !== undefined && <p class="hint">{summaryOf(preflight)}</p>}
      </div>
      {elsewhere.length > 0 && (
        <div class="card elsewhere">
          <h3>The document as a whole</h3>
          <Findings findings={elsewhere} />
        </div>
      )}
      {pages.length > 0 ? (
        <ol class="pages">
          {pages.map((page) => (
            <PageCard key={page.number} page={page} isUnderWay={isUnderWay} onView={() => setViewed(page.number)} />
          ))}
        </ol>
      ) : (
        <div class="empty card">
          <p class="empty-title">{isUnderWay ? 'The pages appear here' : 'There are no page images'}</p>
          <p class="hint">{isUnderWay ? 'One by one, as soon as each is drawn.' : emptyReason(job)}</p>
        </div>
      )}
      {viewed !== undefined && (
        <PageViewer pages={pages} number={viewed} onTurn={setViewed} onClose={() => setViewed(undefined)} />
      )}
    </section>
  );
}

function summaryOf({ findings, pageCount }: PreflightReport): string {
  const count = (wanted: string) => findings.filter(({ severity }) => severity === wanted).length;
  const [errors, warnings] = [count('error'), count('warning')];
  const found = [
    ...(errors > 0 ? [formatCount(errors, 'error')] : []),
    ...(warnings > 0 ? [formatCount(warnings, 'warning')] : []),
  ];
  return `${formatCount(pageCount, 'page')}, ${found.length > 0 ? found.join(' and ') : 'no faults found'}`;
}

function emptyReason({ status }: JobJson): string {
  if (status === 'completed') return 'None were asked for, or their time is over.';
  return 'The job ended before any was drawn.';
}
