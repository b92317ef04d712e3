import type { Pipeline } from '@pubpipe/core';
import type { HostTransaction } from '@pubpipe/core/kysely';
import type { Customer } from '../shop/login.ts';
import type { ShopDatabase } from '../shop/shop-database.ts';

/** Whose documents and jobs a customer's are. */
export const tenantOf = ({ id }: Customer): string => `customer-${id}`;

/**
 * Writes an order of the shop together with the job that prints it: both are there, or neither. Once they are, the job
 * ends exactly once, whatever dies meanwhile.
 */
export async function orderPrint(
  shop: { readonly db: ShopDatabase; readonly pipeline: Pipeline<HostTransaction> },
  order: { readonly customer: Customer; readonly title: string; readonly document: string },
): Promise<number> {
  const { db, pipeline } = shop;
  const { customer, title, document } = order;
  const { id, dispatch } = await db.transaction().execute(async (transaction) => {
    const submitted = await pipeline.submit(
      { tenant: tenantOf(customer), document, renditions: [{ kind: 'pdf' }] },
      { transaction },
    );
    const row = await transaction
      .insertInto('jobs')
      .values({ customerId: customer.id, title, state: 'ordered', printJobId: submitted.job.id })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { ...row, dispatch: submitted.dispatch };
  });
  // After the commit: a worker that came earlier would find no job. Forgotten, the next sweep does it.
  await dispatch();
  return id;
}
