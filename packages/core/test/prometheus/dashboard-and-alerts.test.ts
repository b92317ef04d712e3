import { readFile } from 'node:fs/promises';
import { createPrometheusMetrics } from '@pubpipe/core/prometheus';
import { Registry } from 'prom-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type MetricUse, promqlUses } from '../support/promql-uses.ts';
import { readSamples, type Sample } from '../support/read-samples.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}
interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const operations = new URL('../../../../docs/operations/', import.meta.url);
const read = (name: string) => readFile(new URL(name, operations), 'utf8');

const rules = (
  parse(await read('prometheus-rules.yml')) as { groups: readonly { rules: readonly Rule[] }[] }
).groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(await read('grafana-dashboard.json')) as { panels: readonly Panel[] };
// Grafana puts the time in.
const targets = panels.flatMap(({ title, targets: all = [] }) =>
  all.map(({ expr, legendFormat }) => ({ title, legendFormat, expr: expr.replaceAll('$__rate_interval', '5m') })),
);
const queries: readonly (readonly [string, string])[] = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...targets.map(({ title, expr }) => [`the panel "${title}"`, expr] as const),
];

/** What Prometheus itself adds to each series. */
const ofScrapes = ['instance', 'job'];

describe('the queries of the dashboard and of the alerts', () => {
  let samples: readonly Sample[] = [];
  beforeAll(async () => {
    const registry = new Registry();
    const jobStore = { queueSize: async () => ({ queued: 1, delayed: 1, running: 1 }) };
    const metrics = createPrometheusMetrics({ registry, jobStore });
    for (const statusCode of [200, 404, 500]) {
      for (const route of ['/jobs', '/jobs/{id}', '/artifacts', undefined])
        metrics.requestAnswered({ method: 'GET', route, statusCode, durationMs: 1 });
    }
    samples = readSamples(await registry.metrics());
  });

  it('are there', () => {
    expect(rules.length).toBeGreaterThan(10);
    expect(targets.length).toBeGreaterThan(15);
  });

  function mistakesOf({ name, matchers }: MetricUse): readonly string[] {
    const series = samples.filter((sample) => sample.name === name);
    if (series.length === 0) return [`no metric ${name}`];
    return matchers.flatMap(({ label, operator, value }) => {
      const values = new Set(series.flatMap(({ labels }) => labels[label] ?? []));
      if (values.size === 0) return ofScrapes.includes(label) ? [] : [`${name} has no label ${label}`];
      const pattern = operator.endsWith('~') ? new RegExp(`^(?:${value})$`) : undefined;
      const isKnown = [...values].some((known) => pattern?.test(known) ?? known === value);
      return isKnown ? [] : [`${name} is never ${label}${operator}${value}`];
    });
  }

  it.each(queries)('%s: reads metrics, labels and values of labels that there are', (_, query) => {
    const { metrics, groupedBy } = promqlUses(query);
    expect(metrics.length).toBeGreaterThan(0);
    expect(metrics.flatMap(mistakesOf)).toEqual([]);
    const names = new Set(metrics.map(({ name }) => name));
    const labels = samples.filter(({ name }) => names.has(name)).flatMap((sample) => Object.keys(sample.labels));
    expect([...labels, ...ofScrapes]).toEqual(expect.arrayContaining([...groupedBy]));
  });

  it('name what they show by labels that their query keeps', () => {
    const named = [
      ...targets.map(({ expr, legendFormat }) => ({ expr, text: legendFormat, label: /\{\{(\w+)\}\}/g })),
      ...rules.map(({ expr, annotations }) => ({
        expr,
        text: Object.values(annotations).join(' '),
        label: /\$labels\.(\w+)/g,
      })),
    ];
    for (const { expr, text, label } of named) {
      const shown = [...text.matchAll(label)].map(([, name = '']) => name);
      expect(promqlUses(expr).groupedBy).toEqual(expect.arrayContaining(shown));
    }
  });

  it.each([
    ['http_request_duration_seconds', ['0.025', '0.2']],
    ['jobs_processing_duration_seconds', ['1', '30']],
    ['jobs_queue_wait_duration_seconds', ['0.1', '5']],
  ])('have the service levels of %s, both limits', (name, limits) => {
    const limitsIn = (all: readonly string[]) =>
      all
        .flatMap((query) => promqlUses(query).metrics)
        .filter((use) => use.name === `${name}_bucket`)
        .flatMap(({ matchers }) => matchers.filter(({ label }) => label === 'le').map(({ value }) => value));
    expect(new Set(limitsIn(rules.map(({ expr }) => expr)))).toEqual(new Set(limits));
    expect(new Set(limitsIn(targets.map(({ expr }) => expr)))).toEqual(new Set(limits));
  });

  it('would be found wrong', () => {
    const mistakes = (query: string) => promqlUses(query).metrics.flatMap(mistakesOf);
    expect(mistakes('rate(jobs_totals[5m])')).toEqual(['no metric jobs_totals']);
    expect(mistakes('jobs_total_bucket')).toEqual(['no metric jobs_total_bucket']);
    expect(mistakes('jobs_total{result="failed"}')).toEqual(['jobs_total has no label result']);
    expect(mistakes('jobs_total{outcome="failure"}')).toEqual(['jobs_total is never outcome=failure']);
    expect(mistakes('jobs_queue_wait_duration_seconds_bucket{le="3"}')).toHaveLength(1);
    expect(() => promqlUses('sum(rate(jobs_total[5m])')).toThrow('This is no query');
  });
});
