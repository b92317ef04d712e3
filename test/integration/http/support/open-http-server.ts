import { createWebhooks, type WebhookOptions } from '@pubpipe/core/webhooks';
import express5 from 'express';
import express4 from 'express-4';
import { openTestPipeline, type TestPipelineOptions } from '../../support/open-test-pipeline.ts';
import { createScriptedRenderer } from '../../support/scripted-renderer.ts';
import { type ServeOptions, serveRouter } from './serve-router.ts';

/** The versions of Express that the adapter is for. */
export const expressVersions = [
  ['Express 5', express5],
  ['Express 4', express4],
] as const;

/** How a test's server differs from the usual one. */
export interface TestServerOptions extends ServeOptions {
  readonly pipeline?: Partial<TestPipelineOptions>;
  /** Mounts the routes of webhooks. */
  readonly webhooks?: WebhookOptions;
}

/** A whole pipeline behind a real server, until the test has finished. */
export async function openHttpServer({ pipeline, webhooks: told, ...options }: TestServerOptions = {}) {
  const renderer = createScriptedRenderer(async ({ deliver }) => {
    await deliver('page-0001.png', 'a page', 1);
    await deliver('document.pdf', '%PDF-1.4');
  });
  const opened = await openTestPipeline({ renderer, ...pipeline });
  const webhooks = told && createWebhooks(opened.pipeline, told);
  const served = await serveRouter(opened.pipeline, { ...options, router: { webhooks, ...options.router } });
  return { ...opened, ...served, webhooks };
}

/** {@link openHttpServer}'s result. */
export type TestServer = Awaited<ReturnType<typeof openHttpServer>>;
