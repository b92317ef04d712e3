import type { JobJson } from '@pubpipe/core/http';
import { useState } from 'preact/hooks';
import { messageOf } from '../api/api-problem.ts';
import { useApp } from './app-context.ts';

/** Cancelling a job that has not ended, or trying again one that has ended badly. */
export function JobActions({ job, size }: { readonly job: JobJson; readonly size?: 'small' }) {
  const app = useApp();
  const [isBusy, setIsBusy] = useState(false);
  const { cancel, retry } = job.links;
  if (cancel === undefined && retry === undefined) return null;

  async function act(): Promise<void> {
    // Not `disabled`: the focus would be lost.
    if (isBusy) return;
    setIsBusy(true);
    try {
      const changed = await (cancel === undefined ? app.api.retry(job) : app.api.cancel(job));
      if (cancel === undefined) app.announcer.say(`${job.document.fileName} is tried again.`);
      app.openJob.show(changed);
    } catch (error) {
      app.announcer.say(messageOf(error));
      app.openJob.refresh();
    }
    app.list.refresh();
    setIsBusy(false);
  }

  const text = cancel === undefined ? 'Try again' : 'Cancel';
  return (
    <button
      type="button"
      class={`button ${size ?? ''}`}
      aria-disabled={isBusy}
      aria-label={size === 'small' ? `${text}: ${job.document.fileName}` : undefined}
      onClick={() => void act()}
    >
      {text}
    </button>
  );
}
