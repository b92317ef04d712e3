// For everybody.
export { createScribusRenderer } from './scribus-renderer.ts';
export type { ProgramCommand, ScribusRendererOptions } from './scribus-renderer-options.ts';
