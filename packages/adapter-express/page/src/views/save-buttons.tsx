import { type FilesSource, saveFiles } from '../jobs/save-files.ts';
import { useApp } from './app-context.ts';
import { useAction } from './use-action.ts';

/** Fetching all that a batch or a job has made, as a zip or as one PDF. */
export function SaveButtons({
  source,
  hasFiles,
  isComplete,
}: {
  readonly source: FilesSource;
  /** Whether there is anything for a zip. */
  readonly hasFiles: boolean;
  /** Whether one PDF would lack nothing. */
  readonly isComplete: boolean;
}) {
  const { api } = useApp();
  const { busy, problem, act } = useAction<'zip' | 'pdf'>();
  const save = (as: 'zip' | 'pdf') => act(as, () => saveFiles(api.connection, source, as));
  return (
    <>
      {hasFiles && (
        <button type="button" class="button primary" aria-disabled={busy === 'zip'} onClick={() => void save('zip')}>
          {busy === 'zip' ? 'Fetching …' : 'Download all as a zip'}
        </button>
      )}
      {source.links.pdf !== undefined && isComplete && (
        <button type="button" class="button" aria-disabled={busy === 'pdf'} onClick={() => void save('pdf')}>
          {busy === 'pdf' ? 'Joining …' : 'Download as one PDF'}
        </button>
      )}
      {problem !== undefined && <span class="field-problem">{problem}</span>}
    </>
  );
}
