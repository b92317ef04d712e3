import type { HttpParts } from '../http-parts.ts';
import type { Route } from '../route.ts';
import { artifactRoute, deleteArtifactRoute } from './artifact.ts';
import { artifactContentRoute } from './artifact-content.ts';
import { liveRoute, readyRoute } from './health.ts';
import { importRoute } from './import-artifact.ts';
import { uploadRoute } from './upload-artifacts.ts';

/** Every route that the options ask for, in the order of the document. */
export function createRoutes(parts: HttpParts): readonly Route[] {
  const { allowImport } = parts;
  return Object.freeze([
    uploadRoute(parts),
    ...(allowImport === undefined ? [] : [importRoute(parts, allowImport)]),
    artifactRoute(parts),
    artifactContentRoute(parts, 'GET'),
    artifactContentRoute(parts, 'HEAD'),
    deleteArtifactRoute(parts),
    liveRoute(parts),
    readyRoute(parts),
  ]);
}
