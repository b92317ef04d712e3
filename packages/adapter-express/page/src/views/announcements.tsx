import { useObservable } from '../parts/use-observable.ts';
import { useApp } from './app-context.ts';

/** What screen readers are told without being asked. */
export function Announcements() {
  const { text, count } = useObservable(useApp().announcer);
  return (
    <div class="visually-hidden" role="status">
      <span key={count}>{text}</span>
    </div>
  );
}
