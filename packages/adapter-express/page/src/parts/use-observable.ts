import { useEffect, useState } from 'preact/hooks';
import type { Observable } from './observable.ts';

/** The state of an observable, drawn anew when it changes. */
export function useObservable<State>(observable: Observable<State>): State {
  const [, setCount] = useState(0);
  const drawAnew = (): void => setCount((count) => count + 1);
  const { state } = observable;
  useEffect(() => {
    const unsubscribe = observable.subscribe(drawAnew);
    // It may have changed between the drawing and this.
    if (observable.state !== state) drawAnew();
    return unsubscribe;
  }, [observable]);
  return state;
}
