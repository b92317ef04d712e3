import type { JobJson, RecordJson } from '@pubpipe/core/http';
import { recordStatusNames, titleOfRecord } from '../../text/describe-records.ts';
import { DownloadButton } from '../job/download-button.tsx';
import { Findings } from '../job/findings.tsx';
import { RecordImages } from './record-images.tsx';

/** A record: what became of it, why it failed or what was found, its files and its page images. */
export function RecordCard({ job, record }: { readonly job: JobJson; readonly record: RecordJson }) {
  const { name, status, error, findings, notes, files } = record;
  const title = titleOfRecord(record);
  const others = files.filter(({ page }) => page === undefined);
  return (
    <li class="card record" data-status={status}>
      <div class="record-head">
        <h3>{title}</h3>
        <span class="record-name">{name}</span>
        <span class="badge" data-status={status === 'rendered' ? 'completed' : 'failed'}>
          {recordStatusNames[status]}
        </span>
      </div>
      {error !== undefined && (
        <p class="record-error">
          {findings.length === 0 && `${error.message} `}
          <span class="code">{error.code}</span>
        </p>
      )}
      {findings.length > 0 && <Findings findings={findings} />}
      {notes.length > 0 && (
        <ul class="findings">
          {notes.map(({ kind, message }, index) => (
            <li key={`${kind} ${index}`}>
              <span class="severity">Changed</span> {message}
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <div class="actions">
          {others.map((file) => (
            <DownloadButton key={file.name} job={job} output={file} isOnly={false} size="small" />
          ))}
        </div>
      )}
      <RecordImages files={files} title={title} />
    </li>
  );
}
