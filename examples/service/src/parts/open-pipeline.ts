import { createPipeline, type JoiningOptions, type Pipeline } from '@pubpipe/core';
import { openKyselyJobStore } from '@pubpipe/core/kysely';
import type { PrometheusMetrics } from '@pubpipe/core/prometheus';
import type { ProcessParts } from '../process/run-process.ts';
import type { SharedSettings } from '../settings/shared-settings.ts';
import { openArtifactStore } from './open-artifact-store.ts';
import { openDatabase } from './open-database.ts';
import { openMessengers } from './open-messengers.ts';
import { openMetrics } from './open-metrics.ts';

/** Opens what the api and the workers have in common. Only who has `joining` gives out PDFs as one. */
export async function openPipeline(
  { settings, logger, closing }: ProcessParts<SharedSettings>,
  joining?: JoiningOptions,
): Promise<{ readonly pipeline: Pipeline; readonly metrics: PrometheusMetrics }> {
  const db = openDatabase(settings, logger);
  closing.defer(() => db.destroy());
  // Migrations are a step of their own, before: see migrate.ts.
  const jobStore = await openKyselyJobStore({ db, dialect: 'postgres' });
  const artifactStore = openArtifactStore(settings, closing);
  const messengers = openMessengers(settings, logger);
  closing.defer(() => messengers.close());
  const { queue, bus } = messengers;
  const metrics = await openMetrics({ settings, jobStore, logger, closing });
  const pipeline = createPipeline({ jobStore, artifactStore, queue, bus, logger, metrics, joining });
  closing.defer(() => pipeline.close());
  return { pipeline, metrics };
}
