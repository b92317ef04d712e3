import { z } from 'zod';
import type { FontFace } from '../../ports/font-face.ts';
import type { HttpParts } from '../http-parts.ts';
import { jsonResponse } from '../http-response.ts';
import { defineRoute, type Route } from '../route.ts';

const fontSchema = z.object({
  name: z.string().describe('The name by which documents call it.'),
  family: z.string(),
  style: z.string(),
  fileName: z.string(),
  format: z.string(),
});

/** Fonts that every document can use. */
const fontListSchema = z.object({ fonts: z.array(fontSchema) });

/** What the renderer can use. */
export function fontsRoute(parts: HttpParts, fonts: NonNullable<HttpParts['fonts']>): Route {
  return defineRoute(parts, {
    method: 'GET',
    path: '/fonts',
    operationId: 'listFonts',
    summary: 'The fonts that every document can use',
    access: 'tenant',
    responses: { 200: { description: 'The fonts, by name.', schema: fontListSchema } },
    errors: ['RENDERER_UNAVAILABLE'],
    respond: async () => jsonResponse(200, { fonts: (await fonts()).map(toFont) }),
  });
}

function toFont({ name, family, style, fileName, format }: FontFace): z.output<typeof fontSchema> {
  return { name, family, style, fileName, format };
}
