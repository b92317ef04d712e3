import type { Renderer } from '@pubpipe/core';

/** A renderer that makes no files; `work` is all it does, and is given the document's name. */
export function createIdleRenderer(slots: number, work: (document: string) => Promise<void>): Renderer {
  return {
    slots,
    async render({ document }) {
      await work(document);
      return {
        pageCount: 1,
        renditions: [],
        findings: [],
        stageMs: {},
        renderedBy: { name: 'nothing', version: '1' },
      };
    },
    warmUp: async () => undefined,
    health: async () => ({ ok: true, busy: 0, slots }),
    close: async () => undefined,
  };
}
