import type { BatchJson } from '@pubpipe/core/http';
import { useState } from 'preact/hooks';
import { messageOf } from '../../api/api-problem.ts';
import { saveBatch } from '../../jobs/save-batch.ts';
import { useApp } from '../app-context.ts';

/** Fetching all that a batch has made, or cancelling what goes on. */
export function BatchActions({ batch }: { readonly batch: BatchJson }) {
  const app = useApp();
  const [busy, setBusy] = useState<'zip' | 'pdf' | 'cancel' | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  const { counts, total, links } = batch;
  const goesOn = counts.queued + counts.running > 0;

  async function act(name: 'zip' | 'pdf' | 'cancel', work: () => Promise<void>): Promise<void> {
    // Not `disabled`: the focus would be lost.
    if (busy !== undefined) return;
    setBusy(name);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      app.announcer.say(messageOf(error));
      setProblem(messageOf(error));
    }
    setBusy(undefined);
  }

  async function cancel(): Promise<void> {
    app.openBatch.show(await app.api.cancelBatch(batch));
    app.announcer.say('The batch was cancelled.');
    app.list.refresh();
  }

  const save = (as: 'zip' | 'pdf') => act(as, () => saveBatch(app.api, batch, as));
  return (
    <div class="actions">
      {counts.completed > 0 && (
        <button type="button" class="button primary" aria-disabled={busy === 'zip'} onClick={() => void save('zip')}>
          {busy === 'zip' ? 'Fetching …' : 'Download all as a zip'}
        </button>
      )}
      {links.pdf !== undefined && counts.completed === total && (
        <button type="button" class="button" aria-disabled={busy === 'pdf'} onClick={() => void save('pdf')}>
          {busy === 'pdf' ? 'Joining …' : 'Download as one PDF'}
        </button>
      )}
      {goesOn && (
        <button
          type="button"
          class="button"
          aria-disabled={busy === 'cancel'}
          onClick={() => void act('cancel', cancel)}
        >
          Cancel all
        </button>
      )}
      {problem !== undefined && <span class="field-problem">{problem}</span>}
    </div>
  );
}
