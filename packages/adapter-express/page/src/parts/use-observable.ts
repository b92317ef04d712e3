import { useEffect, useReducer } from 'preact/hooks';
import type { Observable } from './observable.ts';

/** The state of an observable, drawn anew when it changes. */
export function useObservable<State>(observable: Observable<State>): State {
  const [, drawAnew] = useReducer((count: number, _: undefined) => count + 1, 0);
  const { state } = observable;
  useEffect(() => {
    const unsubscribe = observable.subscribe(() => drawAnew(undefined));
    // It may have changed between the drawing and this.
    if (observable.state !== state) drawAnew(undefined);
    return unsubscribe;
  }, [observable]);
  return state;
}
