// A submitter of the crash test: uploads the documents of its orders and submits their jobs. Killed and
// started again, it goes on with what its journal says, and under the same idempotency keys.
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { isPubpipeError } from '@pubpipe/core';
import { sayReady } from '../../test/kit/standing.ts';
import { openParts } from '../parts/open-parts.ts';
import { patiently } from '../parts/patiently.ts';
import { readSetup } from '../parts/process-setup.ts';
import { trapOf } from '../steps/trap-of.ts';
import { appendLine, type OrderNote, readLines } from '../work/journal.ts';
import { isInHostTransaction, requestOf, uploadOf } from '../work/order.ts';

const { seed, renderer, orders, gateFile, journalFile, ...setup } = readSetup('submitter');
const trap = trapOf(setup);
const parts = await openParts(setup.parts, { trap });
const { db, pipeline } = parts;
const notes = new Map((readLines(journalFile) as OrderNote[]).map((each) => [each.order, each]));
sayReady();
for (const order of orders) {
  if (notes.get(order)?.accepted === true) continue;
  while (Number(readFileSync(gateFile, 'utf8')) <= order) await wait(20);
  await accept(order);
}
await parts.close();

async function accept(order: number): Promise<void> {
  for (;;) {
    const document = notes.get(order)?.document ?? (await upload(order));
    try {
      await patiently(() => submit(order, document));
      note({ order, document, accepted: true });
      return;
    } catch (error) {
      // It has expired before a job used it.
      if (!isPubpipeError(error) || !/^ARTIFACT_(NOT_FOUND|EXPIRED)$/.test(error.code)) throw error;
      notes.delete(order);
    }
  }
}

async function upload(order: number): Promise<string> {
  // What an upload with an unknown end has left is swept: the next one has a row and a key of its own.
  const { id } = await patiently(() => pipeline.upload(uploadOf({ seed, renderer }, order)));
  note({ order, document: id, accepted: false });
  return id;
}

async function submit(order: number, document: string): Promise<void> {
  const request = requestOf({ renderer }, order, document);
  if (!isInHostTransaction(order)) {
    await pipeline.submit(request);
    return;
  }
  const submission = await trap.within('order', () =>
    db.transaction().execute(async (transaction) => {
      const submitted = await pipeline.submit(request, { transaction });
      await transaction
        .insertInto('crash_orders')
        .values({ order_index: order, job_id: submitted.job.id })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return submitted;
    }),
  );
  await submission.dispatch();
}

function note(entry: OrderNote): void {
  notes.set(entry.order, entry);
  appendLine(journalFile, entry);
}
