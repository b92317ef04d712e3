import { expect, test } from 'vitest';
import { toProblem } from './api-problem.ts';

test('what the API says is told, with the fields that are wrong', () => {
  const text = JSON.stringify({
    code: 'INVALID_INPUT',
    detail: 'The body is not valid.',
    requestId: 'r1',
    errors: [{ pointer: '#/reference', detail: 'too long' }],
  });
  const problem = toProblem(400, text, null);
  expect(problem).toMatchObject({ code: 'INVALID_INPUT', status: 400, requestId: 'r1', retryAfterMs: undefined });
  expect(problem.message).toBe('The body is not valid. reference: too long');
});

test('what something in the way says is no problem of the API', () => {
  const problem = toProblem(502, '<h1>Bad gateway</h1>', '3');
  expect(problem).toMatchObject({ code: 'UNEXPECTED', status: 502, retryAfterMs: 3_000 });
  expect(problem.message).toBe('The server answered with status 502.');
});
