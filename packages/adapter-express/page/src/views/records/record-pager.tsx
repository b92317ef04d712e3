import { useObservable } from '../../parts/use-observable.ts';
import { formatNumber } from '../../text/format.ts';
import { useApp } from '../app-context.ts';

/** Turns the pages of records. */
export function RecordPager() {
  const { records: open } = useApp();
  const { cursors, records, nextCursor } = useObservable(open);
  if (cursors.length === 1 && nextCursor === undefined) return null;
  const [first, last] = [records?.at(0)?.first, records?.at(-1)?.last];
  // Not `disabled`: the focus would be lost.
  return (
    <nav aria-label="Pages of records" class="pager">
      <button type="button" class="button" aria-disabled={cursors.length === 1} onClick={() => open.previous()}>
        Previous
      </button>
      <p class="hint" aria-live="polite">
        {first !== undefined && last !== undefined && `Records ${formatNumber(first)} to ${formatNumber(last)}`}
      </p>
      <button type="button" class="button" aria-disabled={nextCursor === undefined} onClick={() => open.next()}>
        Next
      </button>
    </nav>
  );
}
