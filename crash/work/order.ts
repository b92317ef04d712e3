import type { RenderJobRequest } from '@pubpipe/core';
import { documentOf } from './content.ts';

/** Whose the orders' jobs are. */
export const shop = 'shop';

/** The host's own name of an order's job. */
export const referenceOf = (order: number): string => `order-${order}`;

/** Whether the host writes a row of its own in the same transaction. */
export const isInHostTransaction = (order: number): boolean => order % 4 === 0;

/** What an order uploads. */
export function uploadOf(seed: number, order: number) {
  const document = documentOf(seed, order);
  return {
    tenant: shop,
    fileName: `job-${order}.sla`,
    content: (async function* () {
      yield document;
    })(),
  };
}

/** What an order asks for. It can be asked for again, however often. */
export function requestOf(order: number, document: string): RenderJobRequest {
  return {
    tenant: shop,
    document,
    renditions: [{ kind: 'pdf' }, { kind: 'png' }],
    reference: referenceOf(order),
    idempotencyKey: referenceOf(order),
  };
}
