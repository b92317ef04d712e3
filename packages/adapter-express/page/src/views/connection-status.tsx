import type { LiveState } from '../live/live-feed.ts';
import { useObservable } from '../parts/use-observable.ts';
import { useApp } from './app-context.ts';

const texts: Readonly<Record<LiveState['kind'], string>> = {
  closed: '',
  connecting: 'Connecting …',
  live: 'Live',
  lost: 'Reconnecting …',
};

/** Whether news come by themselves at the moment. */
export function ConnectionStatus() {
  const { feed } = useApp();
  const { kind } = useObservable(feed);
  if (kind === 'closed') return null;
  return (
    <p class="connection" data-state={kind}>
      <span class="visually-hidden">Live updates: </span>
      <span>{texts[kind]}</span>
      {kind === 'lost' && (
        <button type="button" class="button quiet" onClick={() => feed.tryNow()}>
          Try now
        </button>
      )}
    </p>
  );
}
