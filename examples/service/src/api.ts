// The process that answers requests: `node src/api.ts`. Any number of them may run.
import { pubpipeRouter } from '@pubpipe/adapter-express';
import { createApiKeys } from '@pubpipe/core/http';
import { apiPath, createApp } from './http/create-app.ts';
import { startServer } from './http/start-server.ts';
import { openJoining } from './parts/open-joining.ts';
import { openPipeline } from './parts/open-pipeline.ts';
import { openWebhooks } from './parts/open-webhooks.ts';
import { runProcess } from './process/run-process.ts';
import { apiSettings } from './settings/api-settings.ts';

await runProcess('api', apiSettings, async ({ settings, logger, closing }) => {
  const keys = createApiKeys(settings.API_KEYS);
  const { pipeline, metrics } = await openPipeline({ settings, logger, closing }, await openJoining(settings));
  const webhooks = await openWebhooks({ pipeline, metrics, settings, closing });
  const { LINK_SECRET: secret } = settings;
  const router = pubpipeRouter(pipeline, {
    authenticate: keys.identify,
    limits: { maxUploadBytes: settings.MAX_UPLOAD_BYTES },
    signedLinks: secret === undefined ? undefined : { secrets: [secret] },
    webhooks,
    metrics,
  });
  const app = createApp({ router, keys, settings, logger });
  const server = await startServer(app, { host: settings.HOST, port: settings.PORT });
  closing.defer(async () => {
    // Event streams have no end of their own.
    router.close();
    await server.close({ drainMs: settings.DRAIN_MS });
  });
  logger.info({ url: `${server.origin}${apiPath}` }, 'listening');
});
