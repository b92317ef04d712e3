import { expect, test } from 'vitest';
import { formatRoute, parseRoute, type Route } from './route.ts';

test.each<Route>([
  { view: 'list', status: undefined, reference: undefined },
  { view: 'list', status: 'failed', reference: 'Order 7 & 8' },
  { view: 'job', id: '01a219a3-7444-7443-962b-46fd36e43e6e' },
])('a route comes back from its address: %j', (route) => {
  expect(parseRoute(formatRoute(route))).toEqual(route);
});

test.each(['', '#', '#/jobs/nonsense', '#/?status=nonsense', '#/../../x'])('%j is the list of all jobs', (fragment) => {
  expect(parseRoute(fragment)).toEqual({ view: 'list', status: undefined, reference: undefined });
});
