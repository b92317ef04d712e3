import type { BatchJson } from '@pubpipe/core/http';
import { useApp } from '../app-context.ts';
import { SaveButtons } from '../save-buttons.tsx';
import { useAction } from '../use-action.ts';

/** Fetching all that a batch has made, or cancelling what goes on. */
export function BatchActions({ batch }: { readonly batch: BatchJson }) {
  const app = useApp();
  const { busy, problem, act } = useAction<'cancel'>();
  const { id, counts, total, links } = batch;
  const goesOn = counts.queued + counts.running > 0;

  async function cancel(): Promise<void> {
    app.openBatch.show(await app.api.cancelBatch(batch));
    app.announcer.say('The batch was cancelled.');
    app.list.refresh();
  }

  return (
    <div class="actions">
      <SaveButtons
        source={{ title: id, links, readAgain: () => app.api.batch(id) }}
        hasFiles={counts.completed > 0}
        isComplete={counts.completed === total}
      />
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
