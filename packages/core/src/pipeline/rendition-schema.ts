import { z } from 'zod';
import { type AssetName, parseAssetName } from '../ports/asset-name.ts';
import type { RenditionRequest } from '../ports/renditions.ts';
import { findContradictions, pdfOptionsSchema, pdfProfileSchema } from './pdf-options-schema.ts';
import { findNameCollision, pageImageName } from './rendition-names.ts';

const maxRenditions = 20;

/** The path of a file beside the document. */
export const assetNameSchema = z.string().transform((value, context): AssetName => {
  try {
    return parseAssetName(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const pages = z
  .array(z.int().min(1))
  .min(1)
  .max(10_000)
  .refine((all) => all.every((page, index) => index === 0 || page > (all[index - 1] ?? 0)), 'must ascend')
  .readonly()
  .optional();

const prefix = z
  .string()
  // The number that follows would be another one.
  .regex(/[^0-9]$/, 'must end with something else than a digit')
  .superRefine((value, context) => {
    try {
      pageImageName({ kind: 'jpeg', prefix: value }, 1);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message, continue: false });
    }
  })
  .optional();

const dpi = z.int().min(18).max(1200).optional();

const pdf = z
  .strictObject({
    kind: z.literal('pdf'),
    fileName: assetNameSchema.optional(),
    profile: pdfProfileSchema.optional(),
    pages,
    options: pdfOptionsSchema.optional(),
  })
  .superRefine(({ profile, options = {} }, context) => {
    for (const message of findContradictions(profile, options)) {
      context.addIssue({ code: 'custom', path: ['options'], message });
    }
  });
const png = z.strictObject({ kind: z.literal('png'), dpi, pages, prefix });
const jpeg = z.strictObject({ kind: z.literal('jpeg'), dpi, pages, prefix });

/** What a render is asked to make. */
export const renditionsSchema = z
  .array(z.discriminatedUnion('kind', [pdf, png, jpeg]))
  .min(1)
  .max(maxRenditions)
  .superRefine((renditions: readonly RenditionRequest[], context) => {
    const message = findNameCollision(renditions);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .readonly();
