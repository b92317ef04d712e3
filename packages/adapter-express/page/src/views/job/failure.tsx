import type { JobJson } from '@pubpipe/core/http';
import { adviceOn } from '../../text/advice.ts';
import { Notice } from '../notice.tsx';

/** Why a job has failed, or why its last attempt has, and what to do. */
export function Failure({ job: { status, error } }: { readonly job: JobJson }) {
  if (error === undefined || status === 'completed') return null;
  const { code, message } = error;
  const advice = adviceOn(code);
  const isFinal = status === 'failed';
  return (
    <Notice tone={isFinal ? 'error' : 'warning'} title={isFinal ? 'This job has failed' : 'The last attempt failed'}>
      <p>{message}</p>
      {isFinal && advice !== undefined && <p>{advice}</p>}
      <p class="code">{code}</p>
    </Notice>
  );
}
