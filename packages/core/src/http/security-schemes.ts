import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { HttpApiOptions } from './http-options.ts';

/** A way in which a request says who asks, as OpenAPI 3.1 has it. */
export type SecurityScheme = { readonly description?: string } & (
  | { readonly type: 'http'; readonly scheme: string; readonly bearerFormat?: string }
  | { readonly type: 'apiKey'; readonly in: 'header' | 'cookie' | 'query'; readonly name: string }
  | { readonly type: 'openIdConnect'; readonly openIdConnectUrl: string }
  | { readonly type: 'oauth2'; readonly flows: Readonly<Record<string, object>> }
  | { readonly type: 'mutualTLS' }
);

/** Schemes by their names. A request has to satisfy one of them. */
export type SecuritySchemes = Readonly<Record<string, SecurityScheme>>;

const ofApiKeys: SecuritySchemes = {
  bearer: { type: 'http', scheme: 'bearer' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
};

/**
 * What the document says that `authenticate` wants to be told.
 *
 * @throws PubpipeError `INVALID_INPUT` when a name is none that OpenAPI takes.
 */
export function resolveSecuritySchemes({ authenticate, securitySchemes }: HttpApiOptions): SecuritySchemes {
  const schemes = securitySchemes ?? (authenticate === undefined ? {} : ofApiKeys);
  const wrong = Object.keys(schemes).find((name) => !/^[\w.-]+$/.test(name) || name === signedLinkScheme);
  if (wrong === undefined) return Object.freeze({ ...schemes });
  throw new PubpipeError('INVALID_INPUT', 'A security scheme is named by letters, digits, dots, dashes and _.', {
    details: { name: wrong },
  });
}

/** The scheme of signed links, which is ours. */
export const signedLinkScheme = 'signedLink';

/** All schemes of a document, those of signed links included where there are any. */
export function describedSchemes({
  securitySchemes,
  linkSigner,
}: {
  readonly securitySchemes: SecuritySchemes;
  readonly linkSigner: unknown;
}): SecuritySchemes {
  if (linkSigner === undefined) return securitySchemes;
  const description = 'Part of a signed link, as artifacts have it in `links.signed`.';
  return {
    ...securitySchemes,
    [signedLinkScheme]: { type: 'apiKey', in: 'query', name: 'signature', description },
  };
}
