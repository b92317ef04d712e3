export { createPrometheusMetrics, type PrometheusMetrics } from './prometheus-metrics.ts';
export type { PrometheusMetricsOptions } from './prometheus-metrics-options.ts';
export { type MetricsServer, type MetricsServerOptions, startMetricsServer } from './start-metrics-server.ts';
