import type { JobRequest, RenditionRequest } from '@pubpipe/core';
import { documentOf } from './content.ts';
import { scribusDocumentOf } from './scribus-documents.ts';

/** What renders the orders' documents, and which documents they are. */
export type RendererKind = 'stub' | 'scribus';

/** The documents of a run. */
export interface Workload {
  readonly seed: number;
  readonly renderer: RendererKind;
}

/** Whose the orders' jobs are. */
export const shop = 'shop';

/** What every order asks for. */
export const renditions: readonly RenditionRequest[] = [{ kind: 'pdf' }, { kind: 'png' }];

/** The host's own name of an order's job. */
export const referenceOf = (order: number): string => `order-${order}`;

/** Whether the host writes a row of its own in the same transaction. */
export const isInHostTransaction = (order: number): boolean => order % 4 === 0;

/** Whether an order is a merge, whose template is its data too: the stub merger asks for no other. */
export const isMerge = ({ renderer }: Pick<Workload, 'renderer'>, order: number): boolean =>
  renderer === 'stub' && order % 5 === 2;

/** What an order uploads. */
export function uploadOf({ seed, renderer }: Workload, order: number) {
  const isStub = renderer === 'stub';
  const document = isStub ? documentOf(seed, order) : scribusDocumentOf(seed, order);
  return {
    tenant: shop,
    fileName: isStub ? `job-${order}.sla` : 'document.sla',
    content: (async function* () {
      yield document;
    })(),
  };
}

/** What an order asks for. It can be asked for again, however often. */
export function requestOf(workload: Pick<Workload, 'renderer'>, order: number, document: string): JobRequest {
  const name = referenceOf(order);
  const common = { tenant: shop, reference: name, idempotencyKey: name } as const;
  if (!isMerge(workload, order)) return { ...common, document, renditions };
  return { ...common, type: 'merge', template: document, data: { artifact: document } };
}
