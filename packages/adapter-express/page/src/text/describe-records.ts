import type { RecordStatus } from '@pubpipe/core';
import type { RecordJson } from '@pubpipe/core/http';
import type { RecordCounts } from '../jobs/count-records.ts';
import { formatNumber } from './format.ts';

/** What can become of records, as people call it. */
export const recordStatusNames: Readonly<Record<RecordStatus, string>> = { rendered: 'Made', failed: 'Failed' };

/** Such as `980 of 1,000 records made, 3 failed`. */
export function describeCounts({ rendered, failed, total }: RecordCounts): string {
  const made = `${formatNumber(rendered)} of ${formatNumber(total)} record${total === 1 ? '' : 's'} made`;
  return failed === 0 ? made : `${made}, ${formatNumber(failed)} failed`;
}

/** What people call a record, or those that share a document. */
export function titleOfRecord({ first, last }: Pick<RecordJson, 'first' | 'last'>): string {
  return first === last ? `Record ${formatNumber(first)}` : `Records ${formatNumber(first)} to ${formatNumber(last)}`;
}
