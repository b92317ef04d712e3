import { dirname } from 'node:path';
import type { PreflightExpectations } from '@pubpipe/core';
import type { InspectedDocument } from './document/inspect-document.ts';
import type { JobWorkspace } from './engine/job-workspace.ts';
import { neededProfiles } from './preflight/profile-findings.ts';
import type { SandboxPolicy, ScripterRequest } from './protocol/request.ts';
import type { ParsedRenderRequest } from './render-request.ts';
import { askedProfiles, toScripterRendition } from './request/parse-renditions.ts';
import type { ResolvedScribusRendererOptions } from './scribus-renderer-options.ts';
import type { StagingDirectory } from './staging-directory.ts';

/** What {@link toScripterRequest} puts together. */
export interface ScripterRequestSources {
  readonly request: ParsedRenderRequest;
  readonly document: InspectedDocument;
  readonly options: ResolvedScribusRendererOptions;
  readonly expectations: PreflightExpectations;
  readonly staging: StagingDirectory;
  readonly workspace: JobWorkspace;
  /** Whether the fonts and profiles of the installation are to be listed. */
  readonly libraries: boolean;
}

/** What the script in Scribus is told of a render. */
export function toScripterRequest(sources: ScripterRequestSources): ScripterRequest {
  const { request, document, options, expectations, staging, libraries } = sources;
  const { facts, linkedImages } = document;
  return {
    type: 'render',
    document: request.documentPath,
    libraries,
    linkedImages,
    preflight: {
      fonts: facts.fonts.map(({ name }) => name),
      masters: facts.masters,
      profiles: [...new Set([...neededProfiles(facts, expectations), ...askedProfiles(request.renditions)])],
      profileDirectories: options.profileDirectories,
    },
    outputDirectory: staging.directory,
    sandbox: sandboxPolicy(sources),
    renditions: request.renditions.map(toScripterRendition),
  };
}

function sandboxPolicy({ request, document, options, staging, workspace }: ScripterRequestSources): SandboxPolicy {
  const { cpuSeconds, memoryBytes, outputBytes } = options.limits;
  const { fontDirectories, profileDirectories } = options;
  const { FONTCONFIG_FILE: fontConfiguration } = workspace.environment;
  return {
    mode: options.sandbox,
    readPaths: [
      request.inputDirectory,
      ...fontDirectories,
      ...profileDirectories,
      ...(fontConfiguration === undefined ? [] : [dirname(fontConfiguration)]),
    ],
    writePaths: [workspace.directory, staging.directory],
    ghostscript: document.needsGhostscript,
    limits: { cpuSeconds, memoryBytes, outputBytes },
  };
}
