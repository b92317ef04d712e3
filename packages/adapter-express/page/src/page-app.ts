import type { JobJson } from '@pubpipe/core/http';
import { announceChanges } from './announce-changes.ts';
import { ApiConnection } from './api/api-connection.ts';
import type { ApiProblem } from './api/api-problem.ts';
import { JobsApi } from './api/jobs-api.ts';
import { SessionKey } from './api/session-key.ts';
import { PageImages } from './images/page-images.ts';
import { JobList } from './jobs/job-list.ts';
import { OpenBatch } from './jobs/open-batch.ts';
import { OpenJob } from './jobs/open-job.ts';
import { OpenRecords } from './jobs/open-records.ts';
import { LiveFeed } from './live/live-feed.ts';
import { Announcer } from './parts/announcer.ts';
import { Observable } from './parts/observable.ts';
import { jobsOfBatch } from './parts/route.ts';
import { Router } from './parts/router.ts';
import { Intake } from './upload/intake.ts';
import { Uploads } from './upload/uploads.ts';

/** Whether the API lets the user in. */
export type AccessState =
  | { readonly kind: 'checking' }
  | { readonly kind: 'open' }
  | { readonly kind: 'needs-key'; readonly wasRefused: boolean };

/** What the page is made of, without anything that is drawn. */
export class PageApp extends Observable<AccessState> {
  readonly title: string;
  readonly key: SessionKey;
  readonly api: JobsApi;
  readonly feed: LiveFeed;
  readonly list: JobList;
  readonly openJob: OpenJob;
  readonly records: OpenRecords;
  readonly openBatch: OpenBatch;
  readonly uploads: Uploads;
  readonly intake: Intake;
  readonly pageImages: PageImages;
  readonly router = new Router();
  readonly announcer = new Announcer();

  constructor({ title, apiBase }: { readonly title: string; readonly apiBase: URL }) {
    super({ kind: 'checking' });
    this.title = title;
    this.key = new SessionKey(apiBase.pathname, sessionStorage);
    const connection = new ApiConnection(apiBase, this.key);
    this.api = new JobsApi(connection);
    this.pageImages = new PageImages(connection);
    const onProblem = (problem: ApiProblem): void => {
      if (problem.status === 401) this.#askForKey();
    };
    this.list = new JobList(this.api, onProblem);
    this.openJob = new OpenJob(this.api, onProblem);
    this.records = new OpenRecords(this.api, onProblem);
    this.openJob.subscribe(() => this.records.follow(this.openJob.state.job));
    this.openBatch = new OpenBatch(this.api, onProblem);
    this.uploads = new Uploads(this.api, {
      onSubmitted: (jobs, name) => this.#showSubmitted(jobs, name),
      onFailed: (name, problem) => this.announcer.say(`Not handed in: ${name}. ${problem}`),
    });
    this.intake = new Intake(this.uploads, (refusal) => this.announcer.say(refusal));
    this.feed = new LiveFeed({
      open: (lastEventId, signal) => {
        const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
        return connection.ask('events', { headers: { Accept: 'text/event-stream', ...headers }, signal });
      },
      onEntry: (entry) => {
        this.openJob.take(entry);
        this.list.refresh();
        this.openBatch.refresh();
      },
      onUnauthenticated: () => this.#askForKey(),
    });
    this.feed.subscribe(() => this.#followFeed());
    this.router.subscribe(() => this.#showRoute());
    addEventListener('online', () => {
      this.feed.tryNow();
      this.#refresh();
    });
    announceChanges(this);
  }

  /** Begins to talk to the API, with the key that there is. */
  start(): void {
    this.feed.start();
  }

  /** Tries with a key that the user has typed in. */
  useKey(key: string): void {
    this.key.value = key;
    this.change({ kind: 'checking' });
    this.start();
  }

  /** Forgets the key, and all that was shown with it. */
  signOut(): void {
    this.key.forget();
    this.#close();
    this.change({ kind: 'needs-key', wasRefused: false });
  }

  #askForKey(): void {
    if (this.state.kind === 'needs-key') return;
    const wasRefused = this.key.value !== undefined;
    this.key.forget();
    this.#close();
    this.change({ kind: 'needs-key', wasRefused });
  }

  #close(): void {
    this.feed.stop();
    this.list.hide();
    this.openJob.close();
    this.openBatch.close();
    for (const { id } of this.uploads.state) this.uploads.remove(id);
  }

  #followFeed(): void {
    const { kind } = this.feed.state;
    if (kind !== 'live' && kind !== 'lost') return;
    if (this.state.kind === 'checking') {
      this.change({ kind: 'open' });
      this.#showRoute();
    } else if (kind === 'live') {
      // What could not be read while the server was away.
      this.#refresh();
    }
  }

  #refresh(): void {
    this.list.refresh();
    this.openJob.refresh();
    this.openBatch.refresh();
  }

  #showRoute(): void {
    if (this.state.kind !== 'open') return;
    const route = this.router.state;
    if (route.view === 'list') {
      this.openJob.close();
      this.list.show(route);
      if (route.batch === undefined) this.openBatch.close();
      else this.openBatch.open(route.batch);
    } else {
      this.list.hide();
      this.openBatch.close();
      this.openJob.open(route.id);
    }
  }

  #showSubmitted(jobs: readonly JobJson[], name: string): void {
    const [first] = jobs;
    this.announcer.say(`${name} ${jobs.length === 1 ? 'was' : 'were'} handed in.`);
    if (jobs.length === 1 && first !== undefined && this.router.state.view === 'list') {
      // As it was handed in: one that ends before it is read again has changed, and that is announced.
      this.openJob.open(first.id);
      this.openJob.show(first);
      this.router.go({ view: 'job', id: first.id });
    } else if (first?.batch !== undefined && this.router.state.view === 'list')
      this.router.go(jobsOfBatch(first.batch));
    else this.list.refresh();
  }
}
