import { Observable } from './observable.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';

/** What is looked at, as the address says it. */
export class Router extends Observable<Route> {
  constructor() {
    super(parseRoute(location.hash));
    addEventListener('hashchange', () => this.change(parseRoute(location.hash)));
  }

  go(route: Route): void {
    location.hash = formatRoute(route);
  }

  /** Changes a filter: the way back does not lead through every one. */
  replace(route: Route): void {
    history.replaceState(null, '', formatRoute(route));
    this.change(route);
  }
}
