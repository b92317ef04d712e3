import type { JobJson } from '@pubpipe/core/http';
import type { RecordCounts } from '../../jobs/count-records.ts';
import { stemOf } from '../../upload/plan-jobs.ts';
import { useApp } from '../app-context.ts';
import { DownloadButton } from '../job/download-button.tsx';
import { SaveButtons } from '../save-buttons.tsx';

/** Fetching all that a merge has made, and its report. The PDF of all records is an output, or is joined for the download. */
export function MergeDownloads({ job, counts }: { readonly job: JobJson; readonly counts: RecordCounts | undefined }) {
  const { api } = useApp();
  const { id, status, reference, document, outputs, reports, links } = job;
  const report = reports.find(({ name }) => name === 'merge.json');
  const source = { title: reference ?? stemOf(document.fileName), links, readAgain: () => api.get(id) };
  return (
    <>
      <SaveButtons
        source={source}
        hasFiles={(counts?.rendered ?? 0) > 0}
        isComplete={status === 'completed' && outputs.length === 0}
      />
      {report !== undefined && <DownloadButton job={job} output={report} isOnly={false} size="small" />}
    </>
  );
}
