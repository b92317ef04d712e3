import { z } from 'zod';
import { checkSchema } from '../pipeline/check-schema.ts';
import type { HttpParts } from './http-parts.ts';
import type { HttpRequest } from './http-request.ts';
import type { LinkedContent, LinkQuery } from './link-signer.ts';

/** What signed links have in their query. */
export const linkQueryFields = {
  tenant: z.string().min(1).max(200).optional(),
  expires: z.int().min(0).optional(),
  signature: z.string().max(200).optional(),
};

const linkQuerySchema = z.object({
  tenant: z.string().min(1).max(200),
  expires: z.coerce.number().int().min(0),
  signature: z.string().max(200),
});

/**
 * The checked link of a request to content; undefined when it came by no signed link.
 *
 * @throws PubpipeError `INVALID_INPUT` when a part of the link is missing.
 * @throws PubpipeError what `LinkSigner.verify` throws.
 */
export function verifiedLink(
  { linkSigner, pipeline }: HttpParts,
  request: Pick<HttpRequest, 'query'>,
  content: LinkedContent,
): LinkQuery | undefined {
  const fields = new URLSearchParams(request.query);
  if (linkSigner === undefined || !fields.has('signature')) return undefined;
  const link = checkSchema(linkQuerySchema, Object.fromEntries(fields), 'The link is not whole');
  linkSigner.verify(content, link, pipeline.parts.clock.now());
  return link;
}
