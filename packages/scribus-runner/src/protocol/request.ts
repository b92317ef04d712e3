import type { EditedFrame, FrameEdits } from './edits.ts';

/** An image frame of the document that shows a file. */
export interface LinkedImage {
  /** The file, as the document names it. */
  readonly file: string;
  /** Name of the frame, where it has one. */
  readonly object: string | null;
  /** Page number, from 1, of a frame that lies on a page itself. */
  readonly page: number | null;
  /** Name of the master page, of a frame on one. */
  readonly master: string | null;
}

/** What a job's process may do; see PROTOCOL.md. */
export interface SandboxPolicy {
  readonly mode: 'required' | 'preferred' | 'off';
  /** Absolute paths of files and directories that the job reads, besides those of the system. */
  readonly readPaths: readonly string[];
  /** Absolute paths of directories into which the job writes. */
  readonly writePaths: readonly string[];
  /** Whether Ghostscript may be started. */
  readonly ghostscript: boolean;
  readonly limits: {
    readonly cpuSeconds: number | null;
    readonly memoryBytes: number | null;
    readonly outputBytes: number | null;
  };
}

/** What the document check wants to know of Scribus. */
interface PreflightQuestions {
  /** Fonts that the document names. */
  readonly fonts: readonly string[];
  /** Master pages to look at, if they are in use. */
  readonly masters: readonly string[];
  /** ICC profiles that the document names; empty when it makes no difference whether they are there. */
  readonly profiles: readonly string[];
  /** Shared directories of profiles, besides the system's. */
  readonly profileDirectories: readonly string[];
}

/** What the script in Scribus is asked; see PROTOCOL.md. */
export type ScripterRequest = RenderCommand | LibrariesCommand;

/** Asks for a document to be opened, from which records are made. */
export interface TemplateCommand {
  readonly type: 'template';
  readonly document: string;
  /** The texts that records change, and what they are known by. */
  readonly frames: readonly EditedFrame[];
  readonly profileDirectories: readonly string[];
  /** Where something may be written while the template is opened. */
  readonly outputDirectory: string;
  readonly sandbox: SandboxPolicy;
}

/** Asks a template's process for the document of a record. */
export interface RecordCommand extends Omit<RenderCommand, 'type'> {
  readonly type: 'record';
  readonly title: string;
  readonly frames: readonly FrameEdits[];
}

/** Asks which fonts and ICC profiles every document can use. */
interface LibrariesCommand {
  readonly type: 'libraries';
  readonly profileDirectories: readonly string[];
}

/** Asks for renditions of a document. */
export interface RenderCommand {
  readonly type: 'render';
  readonly document: string;
  /** Whether to answer `libraries` before the document is opened. */
  readonly libraries: boolean;
  readonly linkedImages: readonly LinkedImage[];
  readonly preflight: PreflightQuestions;
  readonly outputDirectory: string;
  readonly sandbox: SandboxPolicy;
  readonly renditions: readonly ScripterRendition[];
}

/** What the script is to write; `pages` is null for all. */
export type ScripterRendition =
  | {
      readonly kind: 'png' | 'jpeg';
      readonly pages: readonly number[] | null;
      readonly dpi: number;
    }
  | {
      readonly kind: 'pdf';
      readonly pages: readonly number[] | null;
      /** Attributes of Scribus' `PDFfile` that differ from the document's own; lengths in points. */
      readonly attributes: Readonly<Record<string, number | string>>;
      readonly wholeFonts: boolean;
      /** Of a PDF/X; a null in it is the document's. */
      readonly outputIntent: { readonly profile: string | null; readonly info: string | null } | null;
    };
