import type { z } from 'zod';
import type { ErrorCode } from '../errors/error-traits.ts';
import { checkSchema } from '../pipeline/check-schema.ts';
import type { HttpParts } from './http-parts.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpResponse } from './http-response.ts';
import type { LinkedContent } from './link-signer.ts';
import { parseQuery, type QuerySchema } from './parse-query.ts';
import { readJson } from './read-json.ts';

/** A request that has found its route. */
export interface Call {
  readonly request: HttpRequest;
  readonly requestId: string;
  /** Whose it is; empty on routes that are nobody's. */
  readonly tenant: string;
  /** The parts of the path that vary, as they came. */
  readonly params: Readonly<Record<string, string>>;
}

/** A header of a request or an answer, for the document. */
export interface HeaderDescription {
  readonly name: string;
  readonly description: string;
}

/** One answer of a route, for the document. */
export interface ResponseDescription {
  readonly description: string;
  /** What its JSON is. */
  readonly schema?: z.ZodType | undefined;
  /** Media types of other content than JSON. */
  readonly content?: readonly string[] | undefined;
  readonly headers?: readonly HeaderDescription[] | undefined;
}

/** What the document says of a route. */
export interface RouteDescription {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE';
  /** With the parts that vary in braces: `/jobs/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /** Who may ask: whom `authenticate` knows, whoever has a signed link too, whom the route itself lets in, or everybody. */
  readonly access: 'tenant' | 'link' | 'guarded' | 'public';
  /** What a signed link to it is of. @defaultValue the artifact whose id is in the path */
  readonly linkedContent?: ((params: Call['params']) => LinkedContent) | undefined;
  readonly query?: QuerySchema | undefined;
  readonly headers?: readonly HeaderDescription[] | undefined;
  readonly json?: z.ZodType | undefined;
  /** Media types of a body other than JSON. */
  readonly upload?: readonly string[] | undefined;
  readonly responses: Readonly<Record<number, ResponseDescription>>;
  /** Failures of its own, besides those that its access and its body bring with them. */
  readonly errors?: readonly ErrorCode[] | undefined;
}

/** What a route answers. */
export interface RouteResponse extends HttpResponse {
  /** How long it was held back because the client prefers to wait: no time that we took. @defaultValue 0 */
  readonly heldBackMs?: number;
}

/** A route that can be asked. */
export interface Route extends RouteDescription {
  readonly respond: (call: Call) => Promise<RouteResponse>;
}

interface RouteDefinition<Query extends QuerySchema, Json extends z.ZodType> extends RouteDescription {
  readonly query?: Query;
  readonly json?: Json;
  readonly respond: (
    call: Call & { readonly query: z.output<Query>; readonly json: z.output<Json> },
  ) => Promise<RouteResponse> | RouteResponse;
}

/** Makes a route whose query and JSON are checked, by the schemas that describe them, before it is asked. */
export function defineRoute<Query extends QuerySchema, Json extends z.ZodType = z.ZodUndefined>(
  { limits }: Pick<HttpParts, 'limits'>,
  definition: RouteDefinition<Query, Json>,
): Route {
  const { query: querySchema, json: jsonSchema } = definition;
  return Object.freeze({
    ...definition,
    async respond(call: Call) {
      const query = parseQuery(querySchema, call.request.query) as z.output<Query>;
      const json = (
        jsonSchema === undefined
          ? undefined
          : checkSchema(jsonSchema, await readJson(call.request, limits), 'The body is not valid')
      ) as z.output<Json>;
      return await definition.respond({ ...call, query, json });
    },
  });
}
