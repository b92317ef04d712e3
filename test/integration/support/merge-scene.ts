import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobRecord, JobView, MergeJobRequest, Pipeline } from '@pubpipe/core';
import { createScribusMerger } from '@pubpipe/scribus-runner/merge';
import { openTestPipeline, readText, type TestPipeline, type TestPipelineOptions } from './open-test-pipeline.ts';
import { createScriptedRenderer, type RenderScene } from './scripted-renderer.ts';

/** A template whose one text is the column `name`. */
export const nameTemplate = `<?xml version="1.0" encoding="UTF-8"?>
<SCRIBUSUTF8NEW Version="1.5.8"><DOCUMENT ANZPAGES="1" PAGEWIDTH="240" PAGEHEIGHT="150" TITLE="">
<PAGEOBJECT PTYPE="4" ANNAME="Text4"><StoryText><ITEXT CH="%VAR_name%"/></StoryText></PAGEOBJECT>
</DOCUMENT></SCRIBUSUTF8NEW>
`;

/** CSV of so many records, `name-1` and so on. */
export const namesUpTo = (count: number): string =>
  ['name', ...Array.from({ length: count }, (_, index) => `name-${index + 1}`)].join('\n');

/** Data that a test has, and what of the request it asks for besides. */
type Wanted = {
  readonly csv: string;
  readonly dataName?: string;
  readonly template?: string;
  readonly data?: object;
} & Partial<Omit<MergeJobRequest, 'type' | 'template' | 'data'>>;

/** A pipeline with a merger, and what tests do with it again and again. */
export interface MergeScene extends TestPipeline {
  /** Uploads template and data, and queues a merge. */
  readonly submitMerge: (wanted: Wanted) => Promise<JobView>;
  /** The same, until the merge has ended. */
  readonly mergeToEnd: (wanted: Wanted) => Promise<JobView>;
}

/** Opens a pipeline whose documents are rendered by a script: real merging, on top of a renderer that does what the test says. */
export async function openMergeScene(
  script: (name: string, scene: RenderScene) => Promise<void>,
  { slots = 2, ...options }: Omit<TestPipelineOptions, 'renderer'> & { readonly slots?: number } = {},
): Promise<MergeScene> {
  const renderer = createScriptedRenderer(
    async (scene) => {
      const { inputDirectory, document } = scene.request;
      const [, name = ''] = /CH="([^"]*)"/.exec(await readFile(join(inputDirectory, document), 'utf8')) ?? [];
      await script(name, scene);
    },
    { slots },
  );
  const merger = createScribusMerger(renderer);
  const opened = await openTestPipeline({ ...options, renderer, worker: { merger, ...options.worker } });
  const { pipeline, uploadText } = opened;
  const submitMerge = async ({ csv, dataName = 'people.csv', template = nameTemplate, ...wanted }: Wanted) => {
    const { data: written, ...request } = wanted;
    const { id } = await uploadText('card.sla', template);
    const data = { artifact: (await uploadText(dataName, csv)).id, ...written };
    return (await pipeline.submit({ type: 'merge', template: id, data, ...request })).job;
  };
  return {
    ...opened,
    submitMerge,
    mergeToEnd: async (wanted) => await endOf(pipeline, await submitMerge(wanted)),
  };
}

/** Waits for the end of a job. */
export async function endOf(pipeline: Pick<Pipeline, 'follow' | 'get'>, job: JobView): Promise<JobView> {
  for await (const _ of pipeline.follow(job));
  return await pipeline.get(job);
}

/** All records of a job. */
export async function recordsOf(
  pipeline: Pick<Pipeline, 'records'>,
  job: Pick<JobView, 'id' | 'tenant'>,
): Promise<readonly JobRecord[]> {
  const all: JobRecord[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await pipeline.records(job, { limit: 500, cursor });
    all.push(...page.records);
    cursor = page.nextCursor;
  }
  return all;
}

/** A report of a job. */
export async function readReport(pipeline: Pick<Pipeline, 'download'>, { reports }: JobView, name = 'merge.json') {
  const report = reports.find((each) => each.name === name);
  const { body } = await pipeline.download({ id: report?.artifact.id ?? '', tenant: report?.artifact.tenant });
  return JSON.parse(await readText(body)) as Readonly<Record<string, unknown>>;
}
