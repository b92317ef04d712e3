import type { PubpipeRouterOptions } from '@pubpipe/adapter-express';
import type { Pipeline } from '@pubpipe/core';
import { createHttpApi, type HttpApiOptions } from '@pubpipe/core/http';
import { expect } from 'vitest';
import type { Answer } from './answer.ts';

interface Document {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, { description: string }>> }>>>
  >;
}

// Said by no route: there is none.
const ofNoRoute = ['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED'];

/** Checks of every failure that a test sees that it is whole, and that the document says it of the route. */
export function documentedFailures(pipeline: Pipeline, options: PubpipeRouterOptions) {
  const { fonts, allowImport, webhooks, metricsRoute } = options;
  let document: Promise<Document> | undefined;
  return {
    async check(method: string, pathAndQuery: string, response: Answer): Promise<void> {
      if (response.headers.get('content-type') !== 'application/problem+json' || method === 'HEAD') return;
      const problem = await (response.clone() as Answer).json<Readonly<Record<string, unknown>>>();
      expect(problem).toMatchObject({
        status: response.status,
        code: expect.any(String),
        detail: expect.any(String),
        instance: expect.stringContaining(pathAndQuery.split('?')[0] ?? ''),
        requestId: response.headers.get('x-request-id'),
      });
      const code = String(problem['code']);
      if (ofNoRoute.includes(code)) return;
      document ??= readDocument(pipeline, {
        fonts,
        allowImport,
        webhooks,
        metricsRoute: metricsRoute && { ...metricsRoute, allow: () => true },
      });
      const said = saidOf(await document, method, pathAndQuery)[String(response.status)]?.description;
      expect(said, `${method} ${pathAndQuery} answers ${response.status} ${code}`).toContain(`\`${code}\``);
    },
  };
}

/** Asks routes of their own, so that nobody counts the request. */
async function readDocument(pipeline: Pipeline, options: Omit<HttpApiOptions, 'allowAnonymous'>): Promise<Document> {
  const { body } = await createHttpApi(pipeline, { ...options, allowAnonymous: true }).handle({
    method: 'GET',
    path: '/openapi.json',
    query: '',
    mountPath: '',
    headers: {},
    body: { kind: 'gone' },
    signal: new AbortController().signal,
  });
  if (typeof body !== 'string') throw new Error('The document is no text.');
  return JSON.parse(body) as Document;
}

function saidOf({ paths }: Document, method: string, pathAndQuery: string) {
  const asked = (pathAndQuery.split('?')[0] ?? '').replace(/(?<=.)\/$/, '').split('/');
  const fits = (path: string) => {
    const segments = path.split('/');
    return segments.length === asked.length && segments.every((each, at) => each.startsWith('{') || each === asked[at]);
  };
  // A path without variables goes first, as `/artifacts/imports` does.
  const found = Object.keys(paths)
    .filter((path) => fits(path) && paths[path]?.[method.toLowerCase()] !== undefined)
    .toSorted((a, b) => a.split('{').length - b.split('{').length)[0];
  return paths[found ?? '']?.[method.toLowerCase()]?.responses ?? {};
}
