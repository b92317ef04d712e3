import type { RecordStatus } from '@pubpipe/core';
import { useObservable } from '../../parts/use-observable.ts';
import { recordStatusNames } from '../../text/describe-records.ts';
import { useApp } from '../app-context.ts';

const choices: readonly { readonly status: RecordStatus | undefined; readonly title: string }[] = [
  { status: undefined, title: 'All' },
  ...(Object.keys(recordStatusNames) as RecordStatus[]).map((status) => ({ status, title: recordStatusNames[status] })),
];

/** Which records are shown. */
export function RecordFilter() {
  const { records } = useApp();
  const { status: chosen } = useObservable(records);
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">Which records</legend>
      {choices.map(({ status, title }) => (
        <label key={title}>
          <input
            type="radio"
            name="record-status"
            checked={chosen === status}
            onChange={() => records.filter(status)}
          />
          <span>{title}</span>
        </label>
      ))}
    </fieldset>
  );
}
