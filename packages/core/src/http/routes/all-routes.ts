import type { HttpParts } from '../http-parts.ts';
import type { Route } from '../route.ts';
import { artifactRoute, deleteArtifactRoute } from './artifact.ts';
import { artifactContentRoute } from './artifact-content.ts';
import { batchRoute, cancelBatchRoute } from './batch.ts';
import { jobEventsRoute, tenantEventsRoute } from './events.ts';
import { batchFilesRoute, jobFilesRoute } from './files-content.ts';
import { liveRoute, readyRoute } from './health.ts';
import { importRoute } from './import-artifact.ts';
import { cancelRoute, jobRoute, listRoute, retryRoute } from './job.ts';
import { recordsRoute } from './job-records.ts';
import { fontsRoute } from './list-fonts.ts';
import { readMetricsRoute } from './metrics.ts';
import { openApiRoute } from './openapi-document.ts';
import { pagePreviewRoute } from './page-preview.ts';
import { submitRoute } from './submit-job.ts';
import { uploadRoute } from './upload-artifacts.ts';
import { webhookDeliveryRoutes } from './webhook-deliveries.ts';
import { webhookRoutes } from './webhooks.ts';

/** Every route that the options ask for, in the order of the document. */
export function createRoutes(parts: HttpParts): readonly Route[] {
  const { allowImport, fonts, metricsRoute, webhooks } = parts;
  const routes: readonly Route[] = [
    uploadRoute(parts),
    ...(allowImport === undefined ? [] : [importRoute(parts, allowImport)]),
    artifactRoute(parts),
    artifactContentRoute(parts, 'GET'),
    artifactContentRoute(parts, 'HEAD'),
    deleteArtifactRoute(parts),
    submitRoute(parts),
    listRoute(parts),
    jobRoute(parts),
    cancelRoute(parts),
    retryRoute(parts),
    jobFilesRoute(parts),
    jobEventsRoute(parts),
    pagePreviewRoute(parts),
    recordsRoute(parts),
    tenantEventsRoute(parts),
    batchRoute(parts),
    cancelBatchRoute(parts),
    batchFilesRoute(parts),
    ...(fonts === undefined ? [] : [fontsRoute(parts, fonts)]),
    ...(webhooks === undefined ? [] : [...webhookRoutes(parts, webhooks), ...webhookDeliveryRoutes(parts, webhooks)]),
    liveRoute(parts),
    readyRoute(parts),
    ...(metricsRoute === undefined ? [] : [readMetricsRoute(parts, metricsRoute)]),
    openApiRoute(parts, () => routes),
  ];
  return routes;
}
