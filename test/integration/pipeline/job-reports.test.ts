import { type PreflightReport, PubpipeError, type RenderProvenance } from '@pubpipe/core';
import { failing } from '@pubpipe/core/testing';
import { expect, test } from 'vitest';
import { openTestPipeline, readText, type TestPipeline } from '../support/open-test-pipeline.ts';
import { createScriptedRenderer } from '../support/scripted-renderer.ts';

const pdf = [{ kind: 'pdf' as const }];
const finding = { check: 'overset-text', severity: 'error', message: 'Too long.', page: 1 } as const;
const preflight: PreflightReport = {
  version: 1,
  document: { information: {}, colorManaged: false, bleed: { topPt: 0, rightPt: 0, bottomPt: 0, leftPt: 0 } },
  expectations: { minPpi: 72, cmyk: false, outputProfile: false, bleedPt: 0 },
  pageCount: 1,
  pages: [{ number: 1, widthPt: 100, heightPt: 200 }],
  fonts: [],
  images: [],
  colors: [],
  layers: [],
  profiles: [],
  findings: [finding],
  cut: [],
};

const contentOf = async (pipeline: TestPipeline['pipeline'], id: string | undefined): Promise<unknown> =>
  JSON.parse(await readText((await pipeline.download({ id: id ?? '' })).body));

test('a completed job has the report of the document check', async () => {
  const renderer = createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole'), { preflight });
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');

  const job = await pipeline.renderAndWait({ document: document.id, renditions: pdf });

  expect(job.reports).toMatchObject([
    { role: 'report', name: 'preflight.json', artifact: { mediaType: 'application/json' } },
  ]);
  expect(job.outputs).toHaveLength(1);
  expect(await contentOf(pipeline, job.reports[0]?.artifact.id)).toEqual(preflight);
});

test('a completed job has an account of what it was made of', async () => {
  const provenance: RenderProvenance = {
    renderedBy: { name: 'scripted', version: '1' },
    document: { name: 'card.sla', sha256: 'ab' },
    assets: [],
    fonts: [{ name: 'Sans', sha256: 'cd' }],
    profiles: [],
    options: { renditions: [] },
  };
  const told = { preflight, provenance };
  const renderer = createScriptedRenderer(({ deliver }) => deliver('document.pdf', 'the whole'), told);
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');

  const job = await pipeline.renderAndWait({ document: document.id, renditions: pdf });

  const reports = new Map(job.reports.map(({ name, artifact }) => [name, artifact.id]));
  expect([...reports.keys()].toSorted()).toEqual(['preflight.json', 'provenance.json']);
  expect(await contentOf(pipeline, reports.get('provenance.json'))).toEqual(provenance);
});

test('a job that the document check failed has the report too, and its error the findings alone', async () => {
  const renderer = createScriptedRenderer(async () => {
    throw new PubpipeError('PREFLIGHT_FAILED', 'Too long.', { details: { findings: [finding], preflight } });
  });
  const { pipeline, uploadText } = await openTestPipeline({ renderer });
  const document = await uploadText('card.sla', 'x');

  const render = pipeline.renderAndWait({ document: document.id, renditions: pdf });

  await expect(render).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
  const [job] = (await pipeline.list()).jobs;
  expect(job?.error?.details).toEqual({ findings: [finding] });
  expect(await contentOf(pipeline, job?.reports[0]?.artifact.id)).toEqual(preflight);
});

test('a job whose report cannot be stored fails for its own reason all the same', async () => {
  const renderer = createScriptedRenderer(async () => {
    throw new PubpipeError('PREFLIGHT_FAILED', 'Too long.', { details: { findings: [finding], preflight } });
  });
  const away = new PubpipeError('STORE_UNAVAILABLE', 'The store is away.');
  const { pipeline, uploadText } = await openTestPipeline({
    renderer,
    // The first one stores the document.
    aroundArtifactStore: (store) =>
      failing(store, { put: (call) => (call > 1 ? { when: 'before', error: away } : undefined) }),
  });
  const document = await uploadText('card.sla', 'x');

  await expect(pipeline.renderAndWait({ document: document.id, renditions: pdf })).rejects.toMatchObject({
    code: 'PREFLIGHT_FAILED',
  });
  expect((await pipeline.list()).jobs).toMatchObject([{ status: 'failed', reports: [] }]);
});
