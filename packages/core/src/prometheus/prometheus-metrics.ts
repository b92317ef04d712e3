import { PubpipeError } from '../errors/pubpipe-error.ts';
import { isJobType, jobTypes } from '../job/job-type.ts';
import type { HttpMetrics, Metrics, RendererMetrics, WebhookMetrics } from '../ports/metrics.ts';
import { createInstruments, namesOf } from './instruments.ts';
import { type PrometheusMetricsOptions, resolvePrometheusMetricsOptions } from './prometheus-metrics-options.ts';

/** All that is measured: for `createPipeline`, for the renderer, for the routes, and for `startWebhooks`. */
export interface PrometheusMetrics extends Metrics, RendererMetrics, HttpMetrics, WebhookMetrics {}

/** What Node's parser lets through and no route knows is one value: a client can't make up another. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const labelOf = (type: string): string => (isJobType(type) ? type : 'other');

/**
 * Registers the metrics and returns what feeds them. Series whose labels are known ahead begin with 0, so that the
 * first failure is an increase.
 *
 * @throws PubpipeError `INVALID_INPUT` when the prefix is not one, or the registry has metrics of these names; details `names`.
 */
export function createPrometheusMetrics(options: PrometheusMetricsOptions): PrometheusMetrics {
  const settings = resolvePrometheusMetricsOptions(options);
  const taken = namesOf(settings).filter((name) => settings.registry.getSingleMetric(name) !== undefined);
  if (taken.length > 0) {
    throw new PubpipeError('INVALID_INPUT', 'The registry has metrics of these names already; a prefix may help.', {
      details: { names: taken },
    });
  }
  const instruments = createInstruments(settings, jobTypes);
  const { attempts, jobs, waits, stages, bytes, restarts, workers, webhooks, requests } = instruments;
  return Object.freeze({
    attemptEnded: ({ type, outcome, durationMs }) =>
      attempts.observe({ type: labelOf(type), outcome }, durationMs / 1_000),
    jobEnded: ({ type, outcome }) => jobs.inc({ type: labelOf(type), outcome }),
    queueWaited: ({ durationMs }) => waits.observe(durationMs / 1_000),
    stageEnded: ({ stage, durationMs }) => stages.observe({ stage }, durationMs / 1_000),
    artifactBytes: ({ direction, bytes: count }) => bytes.inc({ direction }, count),
    rendererRestarted: ({ reason }) => restarts.inc({ reason }),
    rendererWorkers(places) {
      for (const [state, count] of Object.entries(places)) workers.set({ state }, count);
    },
    webhookAttempted: ({ outcome, durationMs }) => webhooks.observe({ outcome }, durationMs / 1_000),
    requestAnswered: ({ method, route = 'unmatched', statusCode, durationMs }) =>
      requests?.observe(
        { method: methods.has(method) ? method : 'other', route, status_code: String(statusCode) },
        durationMs / 1_000,
      ),
  } satisfies PrometheusMetrics);
}
