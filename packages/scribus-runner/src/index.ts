// For everybody.

export type { AfterExport, ExportChange, ExportedFile } from './after-export.ts';
export type { ScreeningMode } from './document/screening/screening.ts';
export type { ProgramCommand } from './options/program-command.ts';
export type { RenderLimits } from './options/render-limits.ts';
export type { RenewalOptions } from './options/renewal-options.ts';
export type { PageSize } from './protocol/answer.ts';
export { createScribusRenderer } from './scribus-renderer.ts';
export type { SandboxMode, ScribusRendererOptions } from './scribus-renderer-options.ts';
export type { CheckRendition } from './truth-check/check-rendition.ts';
