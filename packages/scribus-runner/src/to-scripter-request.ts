import type { PreflightExpectations } from '@pubpipe/core/driver';
import type { InspectedDocument } from './document/inspect-document.ts';
import type { JobReach } from './engine/job-reach.ts';
import { neededProfiles } from './preflight/profile-findings.ts';
import type { SandboxPolicy, ScripterRequest } from './protocol/request.ts';
import type { ParsedRenderRequest } from './render-request.ts';
import { askedProfiles, toScripterRendition } from './request/parse-renditions.ts';
import type { ResolvedScribusRendererOptions } from './scribus-renderer-options.ts';

/** What {@link toScripterRequest} puts together. */
export interface ScripterRequestSources {
  readonly request: ParsedRenderRequest;
  readonly document: InspectedDocument;
  readonly options: ResolvedScribusRendererOptions;
  readonly expectations: PreflightExpectations;
  /** Absolute path. */
  readonly outputDirectory: string;
  readonly reach: JobReach;
  /** Whether the fonts and profiles of the installation are to be listed. */
  readonly libraries: boolean;
}

/** What the script in Scribus is told of a render. */
export function toScripterRequest(sources: ScripterRequestSources): ScripterRequest {
  const { request, document, options, expectations, outputDirectory, libraries } = sources;
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
    outputDirectory,
    sandbox: sandboxPolicy(sources),
    renditions: request.renditions.map((rendition) => toScripterRendition(rendition, facts)),
  };
}

function sandboxPolicy({ document, options, reach }: ScripterRequestSources): SandboxPolicy {
  const { cpuSeconds, memoryBytes, outputBytes } = options.limits;
  return {
    mode: options.sandbox,
    ...reach,
    ghostscript: document.needsGhostscript,
    limits: { cpuSeconds, memoryBytes, outputBytes },
  };
}
