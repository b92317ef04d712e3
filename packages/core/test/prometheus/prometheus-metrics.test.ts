import type { JobStore, Logger, QueueSize } from '@pubpipe/core';
import { createPrometheusMetrics, type PrometheusMetricsOptions } from '@pubpipe/core/prometheus';
import { type Metric, Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { readSamples, sampleOf } from '../support/read-samples.ts';

const empty: QueueSize = { queued: 0, delayed: 0, running: 0 };
const aStore = { queueSize: async () => empty };

function open(options: Partial<PrometheusMetricsOptions> = {}) {
  const registry = new Registry();
  const metrics = createPrometheusMetrics({ registry, jobStore: aStore, ...options });
  return { registry, metrics, samples: async () => readSamples(await registry.metrics()) };
}

describe('the metrics that are registered', () => {
  // The table of the documentation: names and labels that dashboards and alerts are written against.
  const table = {
    http_request_duration_seconds: ['histogram', ['method', 'route', 'status_code']],
    jobs_processing_duration_seconds: ['histogram', ['type', 'outcome']],
    jobs_queue_wait_duration_seconds: ['histogram', []],
    jobs_total: ['counter', ['type', 'outcome']],
    queue_size: ['gauge', ['state']],
    render_stage_duration_seconds: ['histogram', ['stage']],
    renderer_restarts_total: ['counter', ['reason']],
    renderer_workers: ['gauge', ['state']],
    artifact_bytes_total: ['counter', ['direction']],
    webhook_attempt_duration_seconds: ['histogram', ['outcome']],
  };

  async function registered(registry: Registry) {
    const described = (await registry.getMetricsAsJSON()).map(({ name, type }) => [name, String(type)] as const);
    return Object.fromEntries(
      described.map(([name, type]) => {
        const { labelNames } = registry.getSingleMetric(name) as Metric & { labelNames: readonly string[] };
        return [name, [type, labelNames]];
      }),
    );
  }

  it('have the names and labels of the documentation', async () => {
    expect(await registered(open().registry)).toEqual(table);
  });

  it('have the prefix that was asked for', async () => {
    const names = Object.keys(await registered(open({ prefix: 'print_' }).registry));
    expect(names.toSorted()).toEqual(
      Object.keys(table)
        .map((name) => `print_${name}`)
        .toSorted(),
    );
  });

  it('leave out what the application measures itself, and what nobody can count', async () => {
    const { registry, metrics } = open({ http: false, jobStore: undefined });
    const { http_request_duration_seconds: _, queue_size: __, ...others } = table;
    expect(await registered(registry)).toEqual(others);
    metrics.requestAnswered({ method: 'GET', route: '/jobs', statusCode: 200, durationMs: 1 });
  });

  it('are refused when the registry has metrics of these names, and nothing is registered', () => {
    const registry = new Registry();
    createPrometheusMetrics({ registry, http: false });
    expect(() => createPrometheusMetrics({ registry, jobStore: aStore })).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        details: { names: expect.arrayContaining(['jobs_total']) as unknown },
      }),
    );
    expect(registry.getSingleMetric('queue_size')).toBeUndefined();
    createPrometheusMetrics({ registry, prefix: 'second_' });
  });

  it.each(['1st_', 'a b', 'ä', 'a-'])('are refused the prefix %j', (prefix) => {
    expect(() => open({ prefix })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  it('begin with 0 where the labels are known, so that the first failure is an increase', async () => {
    const samples = await open().samples();
    expect(sampleOf(samples, 'jobs_total', { type: 'render', outcome: 'failed' })).toBe(0);
    expect(sampleOf(samples, 'jobs_processing_duration_seconds_count', { type: 'render', outcome: 'lost' })).toBe(0);
    expect(sampleOf(samples, 'render_stage_duration_seconds_count', { stage: 'exporting' })).toBe(0);
    expect(sampleOf(samples, 'renderer_restarts_total', { reason: 'crashed' })).toBe(0);
    expect(sampleOf(samples, 'artifact_bytes_total', { direction: 'out' })).toBe(0);
  });

  it.each([
    ['http_request_duration_seconds', [0.025, 0.2]],
    ['jobs_processing_duration_seconds', [1, 30]],
    ['jobs_queue_wait_duration_seconds', [0.1, 5]],
  ])('%s has the service levels among its boundaries', async (name, levels) => {
    const { samples, metrics } = open();
    metrics.requestAnswered({ method: 'GET', route: '/jobs', statusCode: 200, durationMs: 1 });
    const boundaries = (await samples()).filter((sample) => sample.name === `${name}_bucket`);
    expect(boundaries.map(({ labels }) => Number(labels['le']))).toEqual(expect.arrayContaining(levels));
  });
});

describe('the values of labels', () => {
  it('are those of types that are known; any other type is one value', async () => {
    const { metrics, samples } = open();
    for (const type of ['render', 'a', 'b']) {
      metrics.attemptEnded({ type, outcome: 'completed', durationMs: 1 });
      metrics.jobEnded({ type, outcome: 'failed' });
    }
    const all = await samples();
    expect(sampleOf(all, 'jobs_total', { type: 'render', outcome: 'failed' })).toBe(1);
    expect(sampleOf(all, 'jobs_total', { type: 'other', outcome: 'failed' })).toBe(2);
    expect(new Set(all.flatMap(({ labels }) => labels['type'] ?? []))).toEqual(new Set(['render', 'merge', 'other']));
  });

  it('are the templates of routes, one value where none matched, and known methods', async () => {
    const { metrics, samples } = open();
    metrics.requestAnswered({ method: 'GET', route: '/jobs/{id}', statusCode: 200, durationMs: 30 });
    for (const method of ['PROPFIND', 'M-SEARCH'])
      metrics.requestAnswered({ method, route: undefined, statusCode: 404, durationMs: 1 });
    const all = await samples();
    const count = 'http_request_duration_seconds_count';
    expect(sampleOf(all, count, { method: 'GET', route: '/jobs/{id}', status_code: '200' })).toBe(1);
    expect(sampleOf(all, count, { method: 'other', route: 'unmatched', status_code: '404' })).toBe(2);
    const under25Ms = { method: 'GET', route: '/jobs/{id}', status_code: '200', le: '0.025' };
    expect(sampleOf(all, 'http_request_duration_seconds_bucket', under25Ms)).toBe(0);
    expect(sampleOf(all, 'http_request_duration_seconds_bucket', { ...under25Ms, le: '0.05' })).toBe(1);
  });

  it('tell what each place of the renderer does, and seconds of milliseconds', async () => {
    const { metrics, samples } = open();
    metrics.rendererWorkers({ idle: 1, starting: 0, busy: 2 });
    metrics.stageEnded({ stage: 'exporting', durationMs: 1_500 });
    metrics.queueWaited({ type: 'render', durationMs: 250 });
    const all = await samples();
    expect(sampleOf(all, 'renderer_workers', { state: 'idle' })).toBe(1);
    expect(sampleOf(all, 'renderer_workers', { state: 'busy' })).toBe(2);
    expect(sampleOf(all, 'render_stage_duration_seconds_sum', { stage: 'exporting' })).toBe(1.5);
    expect(sampleOf(all, 'jobs_queue_wait_duration_seconds_sum', {})).toBe(0.25);
  });
});

describe('the size of the queue', () => {
  const queued = { state: 'queued' };

  it('is counted once for all who ask within 2 s, and again after them', async () => {
    vi.useFakeTimers();
    try {
      let counts = 0;
      const queueSize: JobStore['queueSize'] = async () => {
        counts += 1;
        return { ...empty, queued: counts };
      };
      const { samples } = open({ jobStore: { queueSize } });
      for (const all of await Promise.all([samples(), samples(), samples()]))
        expect(sampleOf(all, 'queue_size', queued)).toBe(1);
      await vi.advanceTimersByTimeAsync(1_999);
      expect(sampleOf(await samples(), 'queue_size', queued)).toBe(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(sampleOf(await samples(), 'queue_size', queued)).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is missing while the database is away, the others are not, and the log says why', async () => {
    const warn = vi.fn<Logger['warn']>();
    const error = new Error('away');
    const queueSize = vi
      .fn<JobStore['queueSize']>()
      .mockRejectedValueOnce(error)
      .mockResolvedValue({ ...empty, queued: 7 });
    const { samples } = open({ jobStore: { queueSize }, logger: { warn } });
    const away = await samples();
    expect(sampleOf(away, 'queue_size', queued)).toBeUndefined();
    expect(sampleOf(away, 'jobs_total', { type: 'render', outcome: 'failed' })).toBe(0);
    expect(warn).toHaveBeenCalledWith({ err: error }, expect.stringContaining('could not be counted'));
    expect(sampleOf(await samples(), 'queue_size', queued)).toBe(7);
  });

  it('is missing when the database hangs, which is asked only once, and never an old number', async () => {
    vi.useFakeTimers();
    try {
      const answer = Promise.withResolvers<QueueSize>();
      const queueSize = vi
        .fn<JobStore['queueSize']>()
        .mockResolvedValueOnce({ ...empty, queued: 3 })
        .mockReturnValue(answer.promise);
      const { samples } = open({ jobStore: { queueSize } });
      expect(sampleOf(await samples(), 'queue_size', queued)).toBe(3);
      await vi.advanceTimersByTimeAsync(2_000);
      const scrapes = Promise.all([samples(), samples()]);
      await vi.advanceTimersByTimeAsync(2_000);
      for (const all of await scrapes) expect(sampleOf(all, 'queue_size', queued)).toBeUndefined();
      const later = samples();
      answer.resolve({ ...empty, queued: 4 });
      expect(sampleOf(await later, 'queue_size', queued)).toBe(4);
      expect(queueSize).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
