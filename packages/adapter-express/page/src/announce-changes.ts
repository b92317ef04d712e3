import type { PageApp } from './page-app.ts';
import { describeEnd } from './text/describe-job.ts';

const lostLongMs = 3_000;

/** Tells screen readers how the job that is looked at ends, and that live updates have stopped or are back. */
export function announceChanges({ openJob, feed, announcer }: Pick<PageApp, 'openJob' | 'feed' | 'announcer'>): void {
  let seen: { readonly id: string; readonly status: string } | undefined;
  openJob.subscribe(() => {
    const { job } = openJob.state;
    if (job !== undefined && job.id === seen?.id && job.status !== seen.status) {
      const text = describeEnd(job);
      if (text !== undefined) announcer.say(text);
    }
    seen = job && { id: job.id, status: job.status };
  });

  // An interruption that is over soon is nobody's business.
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wasSaid = false;
  feed.subscribe(() => {
    const { kind } = feed.state;
    if (kind === 'lost') {
      timer ??= setTimeout(() => {
        wasSaid = true;
        announcer.say('The connection to the server is lost. The page tries to reconnect.');
      }, lostLongMs);
      return;
    }
    clearTimeout(timer);
    timer = undefined;
    if (wasSaid && kind === 'live') announcer.say('The connection to the server is back.');
    wasSaid = false;
  });
}
