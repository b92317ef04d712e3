import { z } from 'zod';
import { defaultWebhookEventTypes, webhookEventTypes } from '../job/webhook-event.ts';

const url = z.string().min(1).max(2_000).describe('Where messages are posted to.');
const description = z
  .string()
  .max(500)
  .regex(/^[^\0]*$/)
  .describe("The client's own words.");
const types = z.array(z.enum(webhookEventTypes)).min(1).max(webhookEventTypes.length).describe('What it is told of.');
const secret = z.string().max(200).describe('`whsec_` and 24 to 64 bytes in Base64; one is made where none is given.');

/** A webhook to be made. */
export const newWebhookSchema = z.strictObject({
  url,
  description: description.optional(),
  types: types.default([...defaultWebhookEventTypes]),
  secret: secret.optional(),
});

/** What is to be changed of a webhook. */
export const webhookChangeSchema = z.strictObject({
  url: url.optional(),
  description: description.nullable().optional().describe('Null takes it away.'),
  types: types.optional(),
  enabled: z.boolean().optional().describe('A disabled one is told nothing, also not later of what happens meanwhile.'),
});

/** How a secret is put in the place of another. */
export const secretRotationSchema = z.strictObject({
  secret: secret.optional(),
  overlapMs: z
    .int()
    .min(0)
    .max(604_800_000)
    .default(86_400_000)
    .describe('How long messages are signed with the old secret too, in milliseconds.'),
});
