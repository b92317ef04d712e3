import type { JobStatus } from '@pubpipe/core';
import type { TargetedSubmitEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ListRoute } from '../../parts/route.ts';
import { statusNames } from '../../text/describe-job.ts';
import { useApp } from '../app-context.ts';

const choices: readonly { readonly status: JobStatus | undefined; readonly title: string }[] = [
  { status: undefined, title: 'All' },
  ...(Object.keys(statusNames) as JobStatus[]).map((status) => ({ status, title: statusNames[status] })),
];

/** Which jobs are listed. */
export function Filters({ route }: { readonly route: ListRoute }) {
  const { router } = useApp();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current !== null) input.current.value = route.reference ?? '';
  }, [route.reference]);

  function search(event: TargetedSubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const reference = input.current?.value.trim() ?? '';
    router.replace({ ...route, reference: reference === '' ? undefined : reference });
  }

  return (
    <div class="filters">
      <fieldset class="segments">
        <legend class="visually-hidden">Status</legend>
        {choices.map(({ status, title }) => (
          <label key={title}>
            <input
              type="radio"
              name="status"
              checked={route.status === status}
              onChange={() => router.replace({ ...route, status })}
            />
            <span>{title}</span>
          </label>
        ))}
      </fieldset>
      <search>
        <form class="search" onSubmit={search}>
          <label for="search" class="visually-hidden">
            Reference
          </label>
          <input ref={input} id="search" type="search" maxLength={200} placeholder="Reference" />
          <button type="submit" class="button">
            Find
          </button>
        </form>
      </search>
    </div>
  );
}
