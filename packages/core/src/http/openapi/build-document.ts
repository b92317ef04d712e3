import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { HttpParts } from '../http-parts.ts';
import type { HttpRequest } from '../http-request.ts';
import { isBusy, problemSchema } from '../problem.ts';
import type { HeaderDescription, ResponseDescription, RouteDescription } from '../route.ts';
import { describedSchemes, type SecuritySchemes, signedLinkScheme } from '../security-schemes.ts';
import { convertSchemas, type SchemaReference } from './convert-schemas.ts';
import { errorsOf } from './errors-of.ts';

/** An OpenAPI 3.1 document: plain JSON. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string } & Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly securitySchemes: SecuritySchemes;
  };
}

/** Describes routes, from the schemas that check them. */
export function buildDocument(
  parts: HttpParts,
  routes: readonly RouteDescription[],
  { mountPath }: Pick<HttpRequest, 'mountPath'>,
): OpenApiDocument {
  const { schemas, referTo } = convertSchemas(routes);
  const securitySchemes = describedSchemes(parts);
  const byPath = Map.groupBy(routes, ({ path }) => path);
  const paths = [...byPath].map(([path, all]) => [
    path,
    Object.fromEntries(
      all.map((route) => [
        route.method.toLowerCase(),
        { ...toOperation(route, referTo), ...toSecurity(route, securitySchemes) },
      ]),
    ),
  ]);
  return {
    openapi: '3.1.1',
    info: {
      title: 'pubpipe',
      version: '1',
      description: 'Scribus documents become checked print PDFs.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: (parts.basePath ?? mountPath) || '/' }],
    paths: Object.fromEntries(paths) as OpenApiDocument['paths'],
    components: { schemas, securitySchemes },
  };
}

function toOperation(route: RouteDescription, referTo: SchemaReference): object {
  const { operationId, summary, responses } = route;
  const requestBody = toRequestBody(route, referTo);
  const failure = { 'application/problem+json': { schema: referTo(problemSchema) } };
  const failures = [...errorsOf(route)].map(([status, codes]) => [
    status,
    {
      description: `${STATUS_CODES[status]}: ${codes.map((code) => `\`${code}\``).join(', ')}.`,
      ...(isBusy(status) ? { headers: toHeaders([retryAfterHeader]) } : {}),
      content: failure,
    },
  ]);
  return {
    operationId,
    summary,
    parameters: toParameters(route),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: {
      ...Object.fromEntries(failures),
      ...Object.fromEntries(Object.entries(responses).map(([status, each]) => [status, toResponse(each, referTo)])),
      default: { description: 'Another failure.', content: failure },
    },
  };
}

/** What a request has to say of who asks: one of these. Whom a route lets in by itself is not ours to say. */
function toSecurity({ access }: RouteDescription, schemes: SecuritySchemes): object {
  if (access === 'guarded') return {};
  const names = access === 'public' ? [] : Object.keys(schemes);
  const taken = names.filter((name) => access === 'link' || name !== signedLinkScheme);
  return { security: taken.map((name) => ({ [name]: [] })) };
}

/** Of the parts of paths that are no ids. */
const pathSchemas: Readonly<Record<string, object>> = {
  page: { type: 'integer', minimum: 1 },
  batch: { type: 'string', minLength: 1, maxLength: 200 },
};

function toParameters({ path, query, headers = [] }: RouteDescription): readonly object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: pathSchemas[name] ?? { type: 'string', format: 'uuid' },
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

const retryAfterHeader = { name: 'Retry-After', description: 'When to ask again, in seconds.' };
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
