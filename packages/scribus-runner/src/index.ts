// For everybody.

export type { ScreeningMode } from './document/screening/screening.ts';
export { createScribusRenderer } from './scribus-renderer.ts';
export type { ProgramCommand, ScribusRendererOptions } from './scribus-renderer-options.ts';
