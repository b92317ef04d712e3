import type { Registry, RegistryContentType } from 'prom-client';
import { PubpipeError } from '../errors/pubpipe-error.ts';
import type { JobStore } from '../ports/job-store.ts';
import { type Logger, silentLogger } from '../ports/logger.ts';

/** Options of {@link createPrometheusMetrics}. */
export interface PrometheusMetricsOptions {
  /** Where the metrics are registered: the application's own registry, which it serves and clears itself. */
  readonly registry: Registry<RegistryContentType>;
  /** Put before every name, such as `pubpipe_`. @defaultValue '' */
  readonly prefix?: string | undefined;
  /** Whether HTTP requests are measured; `false` for applications that have such metrics of their own. @defaultValue true */
  readonly http?: boolean | undefined;
  /**
   * Where `queue_size` is counted, when it is asked for, at most every 2 s. All processes on one database count the
   * same jobs: take their maximum, not their sum. @defaultValue none: there is no `queue_size`
   */
  readonly jobStore?: Pick<JobStore, 'queueSize'> | undefined;
  /** Hears when the queue can't be counted. @defaultValue writes nothing */
  readonly logger?: Pick<Logger, 'warn'> | undefined;
}

/** {@link PrometheusMetricsOptions}, complete. */
export type PrometheusMetricsSettings = ReturnType<typeof resolvePrometheusMetricsOptions>;

/**
 * Fills in the defaults.
 *
 * @throws PubpipeError `INVALID_INPUT` when the prefix can't begin a metric's name.
 */
export function resolvePrometheusMetricsOptions(options: PrometheusMetricsOptions) {
  const { registry, prefix = '', http = true, jobStore, logger = silentLogger } = options;
  if (!/^([a-zA-Z_][a-zA-Z0-9_]*)?$/.test(prefix)) {
    throw new PubpipeError('INVALID_INPUT', 'A prefix of metrics has letters, digits and _, and no digit first.', {
      details: { prefix },
    });
  }
  return Object.freeze({ registry, prefix, http, jobStore, logger });
}
