// For everybody.
export type { AfterExport, ExportChange, ExportedFile } from './after-export.ts';
export type { PageSize } from './protocol/answer.ts';
export { createScribusRenderer } from './scribus-renderer.ts';
export type { ProgramCommand, ScribusRendererOptions } from './scribus-renderer-options.ts';
