import type { JobStore } from '@pubpipe/core';
import { createPrometheusMetrics, type PrometheusMetrics, startMetricsServer } from '@pubpipe/core/prometheus';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { SharedSettings } from '../settings/shared-settings.ts';

/** Measures this process, and serves what it has measured under `/metrics`, on a port of its own. */
export async function openMetrics(options: {
  readonly settings: SharedSettings;
  readonly jobStore: JobStore;
  readonly logger: Logger;
  readonly closing: AsyncDisposableStack;
}): Promise<PrometheusMetrics> {
  const { settings, jobStore, logger, closing } = options;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = createPrometheusMetrics({ registry, jobStore });
  const server = await startMetricsServer({
    registry,
    host: settings.METRICS_HOST,
    port: settings.METRICS_PORT,
    logger,
  });
  closing.defer(() => server.close());
  logger.info({ url: server.url }, 'metrics');
  return metrics;
}
