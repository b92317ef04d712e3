import { Counter, Gauge, Histogram } from 'prom-client';
import { endedStatuses } from '../job/job-status.ts';
import {
  attemptOutcomes,
  rendererRestartReasons,
  rendererWorkerStates,
  transferDirections,
  webhookOutcomes,
} from '../ports/metrics.ts';
import { queueStates } from '../ports/queue-size.ts';
import { renderStages } from '../ports/renderer.ts';
import { httpBuckets, processingBuckets, queueWaitBuckets, stageBuckets, webhookBuckets } from './buckets.ts';
import type { PrometheusMetricsSettings } from './prometheus-metrics-options.ts';
import { QueueSizeReader } from './queue-size-reader.ts';

const names = {
  attempts: 'jobs_processing_duration_seconds',
  jobs: 'jobs_total',
  waits: 'jobs_queue_wait_duration_seconds',
  stages: 'render_stage_duration_seconds',
  restarts: 'renderer_restarts_total',
  workers: 'renderer_workers',
  bytes: 'artifact_bytes_total',
  webhooks: 'webhook_attempt_duration_seconds',
  queue: 'queue_size',
  requests: 'http_request_duration_seconds',
} as const;

/** Every name that is registered. */
export function namesOf({ prefix, http, jobStore }: PrometheusMetricsSettings): readonly string[] {
  const { queue, requests, ...always } = names;
  const all = [...Object.values(always), ...(jobStore === undefined ? [] : [queue]), ...(http ? [requests] : [])];
  return all.map((name) => prefix + name);
}

/** Registers the metrics. The names and labels are an interface: dashboards and alerts are written against them. */
export function createInstruments(settings: PrometheusMetricsSettings, types: readonly string[]) {
  const { registry, prefix, http, jobStore, logger } = settings;
  const about = <Label extends string>(name: keyof typeof names, help: string, labelNames: readonly Label[]) => ({
    name: prefix + names[name],
    help,
    labelNames,
    registers: [registry],
  });
  const attempts = new Histogram({
    ...about('attempts', 'How long attempts of jobs took, from the claim on.', ['type', 'outcome']),
    buckets: processingBuckets,
  });
  const jobs = new Counter(about('jobs', 'Jobs that have ended, by attempts or without one.', ['type', 'outcome']));
  const waits = new Histogram({
    ...about('waits', 'How long jobs waited for a worker from the time they were due.', []),
    buckets: queueWaitBuckets,
  });
  const stages = new Histogram({
    ...about('stages', 'How long the stages of renders took that went well.', ['stage']),
    buckets: stageBuckets,
  });
  const restarts = new Counter(
    about('restarts', 'Processes that serve many renders and were replaced, by why.', ['reason']),
  );
  const workers = new Gauge(about('workers', 'Places for renders of this process, by what they are doing.', ['state']));
  const bytes = new Counter(
    about('bytes', 'Bytes stored in the artifact store (in), and of reads begun (out).', ['direction']),
  );
  const webhooks = new Histogram({
    ...about('webhooks', 'How long attempts to send to webhooks took.', ['outcome']),
    buckets: webhookBuckets,
  });
  const requests = http
    ? new Histogram({
        ...about('requests', 'How long requests waited for the head of their answer.', [
          'method',
          'route',
          'status_code',
        ]),
        buckets: httpBuckets,
      })
    : undefined;
  const reader = jobStore === undefined ? undefined : new QueueSizeReader(jobStore, logger);
  const queue =
    reader === undefined
      ? undefined
      : new Gauge({
          ...about('queue', 'Jobs in the database that have not ended, over all processes.', ['state']),
          async collect() {
            const size = await reader.read();
            this.reset();
            if (size !== undefined) for (const state of queueStates) this.set({ state }, size[state]);
          },
        });
  for (const type of types) {
    for (const outcome of attemptOutcomes) attempts.zero({ type, outcome });
    for (const outcome of endedStatuses) jobs.inc({ type, outcome }, 0);
  }
  for (const stage of renderStages) stages.zero({ stage });
  for (const reason of rendererRestartReasons) restarts.inc({ reason }, 0);
  for (const state of rendererWorkerStates) workers.set({ state }, 0);
  for (const direction of transferDirections) bytes.inc({ direction }, 0);
  for (const outcome of webhookOutcomes) webhooks.zero({ outcome });
  return { attempts, jobs, waits, stages, restarts, workers, bytes, webhooks, queue, requests };
}
