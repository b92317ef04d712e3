import { z } from 'zod';
import { artifactListSchema, artifactSchema } from '../artifacts/artifact-json.ts';
import { batchSchema } from '../batches/batch-json.ts';
import { eventSchema, feedEntrySchema } from '../jobs/event-json.ts';
import { jobArtifactSchema, jobSchema } from '../jobs/job-json.ts';
import { recordSchema } from '../jobs/record-json.ts';
import { problemSchema } from '../problem.ts';
import type { RouteDescription } from '../route.ts';
import { submitMergeSchema, submitRenderSchema } from '../routes/submit-job.ts';
import { webhookDeliverySchema, webhookSchema, webhookWithSecretSchema } from '../webhooks/webhook-json.ts';
import { examples } from './examples.ts';

/** Where the document has a schema. */
export type SchemaReference = (schema: z.ZodType) => { readonly $ref: string };

/** Schemas as the document has them. */
export interface ConvertedSchemas {
  readonly schemas: Readonly<Record<string, object>>;
  readonly referTo: SchemaReference;
}

// Whatever is used in more than one place has a name of its own; the rest is named after its route.
const named: Readonly<Record<string, z.ZodType>> = {
  Artifact: artifactSchema,
  ArtifactList: artifactListSchema,
  Batch: batchSchema,
  Event: eventSchema,
  FeedEntry: feedEntrySchema,
  Job: jobSchema,
  JobArtifact: jobArtifactSchema,
  MergeJobRequest: submitMergeSchema,
  Problem: problemSchema,
  Record: recordSchema,
  RenderJobRequest: submitRenderSchema,
};
const namedOfWebhooks: Readonly<Record<string, z.ZodType>> = {
  Webhook: webhookSchema,
  WebhookDelivery: webhookDeliverySchema,
  WebhookWithSecret: webhookWithSecretSchema,
};
const prefix = '#/components/schemas/';

/** Turns the schemas of routes into JSON Schema, each once. */
export function convertSchemas(routes: readonly RouteDescription[]): ConvertedSchemas {
  const registry = z.registry<{ id: string }>();
  // Where there are no webhooks nothing refers to their schemas.
  const hasWebhooks = routes.some(({ operationId }) => operationId === 'createWebhook');
  const all = hasWebhooks ? { ...named, ...namedOfWebhooks } : named;
  for (const [id, schema] of Object.entries(all)) registry.add(schema, { id });
  const nameUnlessKnown = (schema: z.ZodType | undefined, id: string): void => {
    if (schema !== undefined && !registry.has(schema)) registry.add(schema, { id });
  };
  for (const { operationId, json, responses } of routes) {
    const name = operationId.charAt(0).toUpperCase() + operationId.slice(1);
    nameUnlessKnown(json, `${name}Request`);
    for (const [status, { schema }] of Object.entries(responses)) nameUnlessKnown(schema, `${name}${status}`);
  }
  const converted = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => `${prefix}${id}`,
    override({ jsonSchema }) {
      // That our own code leaves a value alone says nothing to clients.
      delete jsonSchema.readOnly;
      // Generators take a field with a default for one that is always there, and it is requests that have them.
      const { default: standard, description = '' } = jsonSchema;
      if (standard === undefined) return;
      jsonSchema.description = `${description} Default: ${JSON.stringify(standard)}.`.trim();
      delete jsonSchema.default;
    },
  });
  const schemas = Object.entries(converted.schemas).map(([id, { $id: _id, $schema: _dialect, ...schema }]) => {
    const example = examples[id];
    return [id, example === undefined ? schema : { ...schema, examples: [example] }];
  });
  return {
    schemas: Object.fromEntries(schemas) as Readonly<Record<string, object>>,
    referTo: (schema) => ({ $ref: `${prefix}${registry.get(schema)?.id}` }),
  };
}
