export type { PubpipePageOptions } from './page-options.ts';
export { type PageRequest, type PubpipePage, pubpipePage } from './pubpipe-page.ts';
