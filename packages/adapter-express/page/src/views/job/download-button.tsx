import type { JobArtifactJson, JobJson } from '@pubpipe/core/http';
import { useState } from 'preact/hooks';
import { messageOf } from '../../api/api-problem.ts';
import { saveAs } from '../../parts/save-as.ts';
import { formatBytes } from '../../text/format.ts';
import { baseName, stemOf } from '../../upload/plan-jobs.ts';
import { useApp } from '../app-context.ts';

/** Saves a file that a job has made. */
export function DownloadButton({
  job,
  output,
  isOnly,
  size,
}: {
  readonly job: JobJson;
  readonly output: JobArtifactJson;
  readonly isOnly: boolean;
  readonly size?: 'small';
}) {
  const app = useApp();
  const [state, setState] = useState<'ready' | 'fetching' | { readonly problem: string }>('ready');
  const { name, artifact } = output;
  const { byteSize, state: artifactState } = artifact;
  if (artifactState !== 'ready') return <span class="hint">{name}: expired</span>;

  async function download(): Promise<void> {
    if (state === 'fetching') return;
    setState('fetching');
    try {
      saveAs(await app.api.content(output), savedName(job, name, isOnly));
      setState('ready');
    } catch (error) {
      const problem = messageOf(error);
      app.announcer.say(problem);
      setState({ problem });
    }
  }

  return (
    <>
      <button
        type="button"
        class={`button ${size ?? 'primary'}`}
        aria-disabled={state === 'fetching'}
        onClick={() => void download()}
      >
        {state === 'fetching' ? 'Fetching …' : `Download ${isOnly ? 'PDF' : name}`}
        {byteSize !== undefined && <span class="button-detail">{formatBytes(byteSize)}</span>}
      </button>
      {typeof state === 'object' && <span class="field-problem">{state.problem}</span>}
    </>
  );
}

/** After the document, where there is but one: `document.pdf` says nothing in a folder of downloads, nor does `merged.pdf`. */
function savedName({ document }: JobJson, name: string, isOnly: boolean): string {
  if (!isOnly || !['document.pdf', 'merged.pdf'].includes(name)) return baseName(name);
  return `${stemOf(document.fileName)}.pdf`;
}
