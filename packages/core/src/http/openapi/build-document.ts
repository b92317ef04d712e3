import { z } from 'zod';
import { problemSchema } from '../problem.ts';
import type { HeaderDescription, ResponseDescription, RouteDescription } from '../route.ts';
import { convertSchemas, type SchemaReference } from './convert-schemas.ts';

/** An OpenAPI 3.1 document: plain JSON. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** Describes routes, from the schemas that check them. */
export function buildDocument(routes: readonly RouteDescription[], mountPath: string): OpenApiDocument {
  const { schemas, referTo } = convertSchemas(routes);
  const byPath = Map.groupBy(routes, ({ path }) => path);
  const paths = [...byPath].map(([path, all]) => [
    path,
    Object.fromEntries(all.map((route) => [route.method.toLowerCase(), toOperation(route, referTo)])),
  ]);
  return {
    openapi: '3.1.1',
    info: { title: 'pubpipe', version: '1' },
    servers: [{ url: mountPath || '/' }],
    paths: Object.fromEntries(paths) as OpenApiDocument['paths'],
    components: { schemas },
  };
}

function toOperation(route: RouteDescription, referTo: SchemaReference): object {
  const { operationId, summary, responses } = route;
  const requestBody = toRequestBody(route, referTo);
  return {
    operationId,
    summary,
    parameters: toParameters(route),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: {
      ...Object.fromEntries(Object.entries(responses).map(([status, each]) => [status, toResponse(each, referTo)])),
      default: {
        description: 'A failure.',
        content: { 'application/problem+json': { schema: referTo(problemSchema) } },
      },
    },
  };
}

function toParameters({ path, query, headers = [] }: RouteDescription): readonly object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'page' ? { type: 'integer', minimum: 1 } : { type: 'string', format: 'uuid' },
  }));
  const { properties = {}, required = [] } = query === undefined ? {} : z.toJSONSchema(query, { io: 'input' });
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
  const inHeaders = headers.map((header) => ({ ...header, in: 'header', schema: { type: 'string' } }));
  return [...inPath, ...inQuery, ...inHeaders];
}

const binary = { type: 'string', format: 'binary' };
const form = { type: 'object', properties: { file: { type: 'array', items: binary } }, required: ['file'] };

function toRequestBody({ json, upload }: RouteDescription, referTo: SchemaReference): object | undefined {
  if (json !== undefined) return { required: true, content: { 'application/json': { schema: referTo(json) } } };
  if (upload === undefined) return undefined;
  const content = upload.map((type) => [type, { schema: type.startsWith('multipart/') ? form : binary }]);
  return { required: true, content: Object.fromEntries(content) as object };
}

function toResponse(
  { description, schema, content = [], headers = [] }: ResponseDescription,
  referTo: SchemaReference,
) {
  const entries = [
    ...(schema === undefined ? [] : [['application/json', { schema: referTo(schema) }]]),
    ...content.map((type) => [type, { schema: type.startsWith('text/') ? { type: 'string' } : binary }]),
  ];
  return {
    description,
    ...(headers.length === 0 ? {} : { headers: toHeaders(headers) }),
    ...(entries.length === 0 ? {} : { content: Object.fromEntries(entries) as object }),
  };
}

const toHeaders = (headers: readonly HeaderDescription[]): object =>
  Object.fromEntries(headers.map(({ name, description }) => [name, { description, schema: { type: 'string' } }]));
