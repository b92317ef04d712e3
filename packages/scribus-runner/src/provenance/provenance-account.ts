import { relative } from 'node:path';
import type { PreflightReport, RenderProvenance } from '@pubpipe/core/driver';
import type { InspectedDocument } from '../document/inspect-document.ts';
import { neededProfiles } from '../preflight/profile-findings.ts';
import type { ScripterAnswer } from '../protocol/answer.ts';
import type { ParsedRenderRequest } from '../render-request.ts';
import { askedProfiles } from '../request/parse-renditions.ts';
import type { ResolvedScribusRendererOptions } from '../scribus-renderer-options.ts';
import type { FileHashes } from './file-hashes.ts';
import { listJobFiles } from './job-files.ts';
import type { LibraryFiles } from './library-files.ts';
import { toProvenanceOptions } from './provenance-options.ts';
import { buildRenderProvenance } from './render-provenance.ts';

type Answer<Type> = Extract<ScripterAnswer, { readonly type: Type }>;

/** What a {@link ProvenanceAccount} is kept with. */
export interface ProvenanceAccountOptions {
  readonly request: ParsedRenderRequest;
  readonly document: InspectedDocument;
  readonly options: ResolvedScribusRendererOptions;
  /** Shared by all renders. */
  readonly hashes: FileHashes;
  /** Shared by all renders. */
  readonly libraryFiles: LibraryFiles;
}

/**
 * Keeps account of what goes into one render. Of what the document's process says only names are used, and only
 * to look them up: it may be the document that speaks.
 */
export class ProvenanceAccount {
  readonly #options: ProvenanceAccountOptions;
  #hello: Answer<'hello'> | undefined;
  #provenance: Promise<RenderProvenance> | undefined;

  constructor(options: ProvenanceAccountOptions) {
    this.#options = options;
  }

  /** Notes which Scribus renders; returns whether it must be asked where its fonts and profiles lie. */
  begin(hello: Answer<'hello'>): boolean {
    this.#hello = hello;
    return this.#options.libraryFiles.of(hello) === undefined;
  }

  /** Takes what was told of fonts and profiles before the document was open. */
  learn(answer: Answer<'libraries'>): void {
    if (this.#hello !== undefined) this.#options.libraryFiles.learn(this.#hello, answer);
  }

  /**
   * What the result is made of; the files are hashed when it is asked for first.
   *
   * @throws PubpipeError as {@link buildRenderProvenance}.
   */
  result(report: PreflightReport | undefined, signal: AbortSignal): Promise<RenderProvenance> {
    this.#provenance ??= this.#build(report, signal);
    return this.#provenance;
  }

  async #build(report: PreflightReport | undefined, signal: AbortSignal): Promise<RenderProvenance> {
    const { request, document, options, hashes, libraryFiles } = this.#options;
    const { inputDirectory, documentPath, renditions } = request;
    const { facts, linkedFiles } = document;
    const list = this.#hello && libraryFiles.of(this.#hello);
    const substitutes = report?.fonts.flatMap(({ used, substitute }) => (used && substitute ? [substitute] : [])) ?? [];
    const fonts = facts.fonts.filter(({ used }) => used).map(({ name }) => name);
    const profiles = report ? neededProfiles(facts, report.expectations) : [];
    const sources = {
      scribusVersion: this.#hello?.scribus ?? '',
      document: { name: relative(inputDirectory, documentPath), path: documentPath, sha256: document.sha256 },
      assets: await listJobFiles({ inputDirectory, documentPath, linkedFiles }),
      fonts: list?.fonts([...fonts, ...substitutes]) ?? [],
      profiles: list?.profiles([...profiles, ...askedProfiles(renditions)]) ?? [],
      options: toProvenanceOptions(renditions, options),
    };
    return await buildRenderProvenance(sources, { hashes, signal });
  }
}
