import { useObservable } from '../../parts/use-observable.ts';
import { formatBytes } from '../../text/format.ts';
import type { UploadState } from '../../upload/uploads.ts';
import { useApp } from '../app-context.ts';

/** What is being sent. */
export function UploadList() {
  const uploads = useObservable(useApp().uploads);
  if (uploads.length === 0) return null;
  return (
    <section aria-labelledby="uploads-heading">
      <h2 id="uploads-heading">Uploads</h2>
      <ul class="uploads">
        {uploads.map((upload) => (
          <UploadCard key={upload.id} upload={upload} />
        ))}
      </ul>
    </section>
  );
}

function UploadCard({ upload }: { readonly upload: UploadState }) {
  const { uploads } = useApp();
  const { id, title, sentBytes, totalBytes, problem } = upload;
  const removal = problem === undefined ? 'Cancel' : 'Dismiss';
  return (
    <li class="card upload">
      <div class="upload-head">
        <span class="upload-title">{title}</span>
        <span class="hint">
          {sentBytes < totalBytes ? `${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}` : 'Handing in …'}
        </span>
      </div>
      {problem === undefined ? (
        <progress aria-label={`Upload of ${title}`} value={sentBytes} max={Math.max(totalBytes, 1)} />
      ) : (
        <p class="field-problem">{problem}</p>
      )}
      <div class="actions">
        {problem !== undefined && (
          <button type="button" class="button small primary" onClick={() => uploads.retry(id)}>
            Send again
          </button>
        )}
        <button
          type="button"
          class="button small"
          aria-label={`${removal}: ${title}`}
          onClick={() => uploads.remove(id)}
        >
          {removal}
        </button>
      </div>
    </li>
  );
}
