import type { EventConsumer, Pipeline } from '@pubpipe/core';
import type { ShopDatabase } from '../shop/shop-database.ts';

/**
 * Writes into the shop's own table what has become of its prints. How far this is stands in the database: it goes on after
 * a restart, one instance of the shop does it at a time, and each event comes at least once. Coming twice does no harm here.
 */
export async function markEndedJobs<Transaction>(
  pipeline: Pipeline<Transaction>,
  db: ShopDatabase,
): Promise<EventConsumer> {
  return await pipeline.consume(
    'shop-jobs',
    async (event) => {
      // Only after jobs were purged that nobody had read about: the shop purges none.
      if (event.type === 'reset') return;
      const job = await pipeline.get({ id: event.jobId, tenant: event.tenant });
      const pdf = job.outputs.find(({ name }) => name === 'document.pdf');
      await db
        .updateTable('jobs')
        .set(pdf === undefined ? { state: 'failed' } : { state: 'printed', pdfId: pdf.artifact.id })
        .where('printJobId', '=', event.jobId)
        .execute();
    },
    { types: ['completed', 'failed', 'cancelled'], from: 'start' },
  );
}
