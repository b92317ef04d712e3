import { expect, test } from 'vitest';
import { allJobs, formatRoute, jobsOfBatch, parseRoute, type Route } from './route.ts';

test.each<Route>([
  allJobs,
  { ...allJobs, status: 'failed', reference: 'Order 7 & 8' },
  { ...jobsOfBatch('Mai/2026 #1 & ☂'), status: 'completed' },
  { view: 'job', id: '01a219a3-7444-7443-962b-46fd36e43e6e' },
])('a route comes back from its address: %j', (route) => {
  expect(parseRoute(formatRoute(route))).toEqual(route);
});

test.each(['', '#', '#/jobs/nonsense', '#/?status=nonsense', '#/../../x'])('%j is the list of all jobs', (fragment) => {
  expect(parseRoute(fragment)).toEqual(allJobs);
});
