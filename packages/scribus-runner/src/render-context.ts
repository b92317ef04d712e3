import type { RenderControls } from '@pubpipe/core/driver';
import type { InspectedDocument } from './document/inspect-document.ts';
import type { JobWorkspace } from './engine/job-workspace.ts';
import type { ScribusEngine } from './engine/scribus-engine.ts';
import type { Libraries } from './fonts/libraries.ts';
import type { PdfReader } from './pdf/pdf-reader.ts';
import type { ScripterHello } from './protocol/hello.ts';
import type { ScripterProtections } from './protocol/protections.ts';
import type { FileHashes } from './provenance/file-hashes.ts';
import type { LibraryFiles } from './provenance/library-files.ts';
import type { ResolvedScribusRendererOptions } from './scribus-renderer-options.ts';
import type { StageClock } from './stage-clock.ts';
import type { StagingDirectory } from './staging-directory.ts';

/** Where a render works. */
export interface RenderPlaces {
  readonly openWorkspace: () => Promise<JobWorkspace>;
  readonly openStaging: (outputDirectory: string) => Promise<StagingDirectory>;
}

/** What a render needs besides its request. */
export interface RenderContext {
  readonly options: ResolvedScribusRendererOptions;
  readonly engine: Pick<ScribusEngine, 'start'>;
  readonly places: RenderPlaces;
  readonly pdfReader: PdfReader;
  readonly libraries: Libraries;
  readonly hashes: FileHashes;
  readonly libraryFiles: LibraryFiles;
  readonly document: InspectedDocument;
  readonly controls: RenderControls;
  readonly stages: StageClock;
  /** Aborts when the caller cancels or the renderer closes. */
  readonly signal: AbortSignal;
  /**
   * Called when Scribus has done its part. Resolves when the render has a place among those that are checked, and has left
   * that among those that are rendered. Rejects only when `signal` aborts.
   */
  readonly onRendered: (signal: AbortSignal) => Promise<void>;
  /** Called when Scribus runs, with what it tells of itself. */
  readonly onHello: (hello: ScripterHello) => void;
  /** Called when the sandbox is entered, with what is in force. */
  readonly onProtected: (protections: ScripterProtections) => void;
}
