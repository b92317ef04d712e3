import type { EventJson } from '@pubpipe/core/http';
import { withoutRepeats } from '../../jobs/without-repeats.ts';
import { describeEvent } from '../../text/describe-event.ts';
import { formatTimeOfDay } from '../../text/format.ts';

/** What has happened to a job, the latest last. */
export function History({ events }: { readonly events: readonly EventJson[] }) {
  return (
    <section class="card" aria-labelledby="history-heading">
      <h2 id="history-heading">History</h2>
      <ol class="history">
        {withoutRepeats(events).map((event) => (
          <li key={event.seq} data-type={event.type}>
            <time dateTime={event.createdAt}>{formatTimeOfDay(event.createdAt)}</time>
            <span>{describeEvent(event)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
