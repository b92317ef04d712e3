import type { Artifact, ReadyArtifact } from '../../job/artifact.ts';
import type { JobView } from '../../job/job.ts';
import type { WrittenContent } from '../../ports/artifact-rows.ts';
import type {
  AttemptFailure,
  Claim,
  ClaimedJob,
  NewJob,
  OutputFile,
  PreviewFile,
  SubmittedJob,
  SweepOptions,
} from '../../ports/job-store.ts';
import type { OpenedJobStore } from '../describe-job-store.ts';

/** The tenant whose jobs and artifacts a test has, unless it says otherwise. */
export const tenant = 'print-shop';
/** A tenant who must not see them. */
export const otherTenant = 'competitor';
/** A lease that outlasts a test. */
export const leaseMs = 60_000;
/** How long uploads are kept for a job to come. */
export const uploadExpiresInMs = 1_000_000;

/** A sweep that deletes nothing for its age and poisons no job. */
export const patientSweep: SweepOptions = {
  limit: 100,
  maxClaims: 1_000,
  abandonedAfterMs: 1_000_000_000,
  keepDeletedMs: 1_000_000_000,
};

/** A failure that ends the job. */
export const finalFailure: AttemptFailure = {
  code: 'RENDER_FAILED',
  message: 'The export was refused.',
  details: { page: 3 },
  crashed: false,
};

/** An open store with what tests do with it again and again. */
export interface JobStoreScene extends OpenedJobStore {
  /** Writes the row of an artifact whose content is not there yet. */
  readonly beginArtifact: (options?: {
    readonly tenant?: string;
    readonly kind?: Artifact['kind'];
  }) => Promise<Artifact>;
  /** Uploads a file. */
  readonly upload: (options?: { readonly tenant?: string; readonly fileName?: string }) => Promise<ReadyArtifact>;
  /** A job that can be submitted; its document is uploaded unless one is named. */
  readonly newJob: (job?: Partial<NewJob>) => Promise<NewJob>;
  /** Queues a job. */
  readonly submit: (job?: Partial<NewJob>) => Promise<SubmittedJob>;
  /** Claims a job that must be there to be claimed. */
  readonly claim: (jobId: string) => Promise<ClaimedJob>;
  /** Queues a job and claims it. */
  readonly submitAndClaim: (job?: Partial<NewJob>) => Promise<ClaimedJob>;
  /** A page image whose content is whole, not yet published. */
  readonly previewOf: (page: number) => Promise<PreviewFile>;
  /** An output file whose content is whole, not yet published. */
  readonly output: (name?: string) => Promise<OutputFile>;
  /** Reads a job. */
  readonly read: (jobId: string) => Promise<JobView>;
  /** A job with its whole history: what a write that was refused must not have changed. */
  readonly snapshot: (jobId: string) => Promise<unknown>;
  /** The types of a job's events, in their order. */
  readonly eventTypes: (jobId: string) => Promise<readonly string[]>;
}

/** What the artifact store would say of the content of `artifact`. */
export function contentOf(artifact: Pick<Artifact, 'id'>): WrittenContent {
  return { artifactId: artifact.id, byteSize: 1_234, sha256: 'ab'.repeat(32) };
}

/** Makes the scene of one test. */
export function createJobStoreScene(opened: OpenedJobStore): JobStoreScene {
  const { store } = opened;
  const scene: JobStoreScene = {
    ...opened,
    beginArtifact: ({ tenant: owner = tenant, kind = 'upload' } = {}) =>
      store.beginArtifact({ tenant: owner, kind, fileName: 'menu.sla', mediaType: 'application/vnd.scribus' }),
    async upload({ tenant: owner = tenant, fileName = 'menu.sla' } = {}) {
      const artifact = await store.beginArtifact({ tenant: owner, kind: 'upload', fileName, mediaType: 'image/png' });
      return await store.publishArtifact(owner, contentOf(artifact), { expiresInMs: uploadExpiresInMs });
    },
    async newJob(job = {}) {
      const owner = job.tenant ?? tenant;
      const inputArtifactId = job.inputArtifactId ?? (await scene.upload({ tenant: owner })).id;
      return { ...plainJob, ...job, tenant: owner, inputArtifactId };
    },
    submit: async (job) => await store.submit(await scene.newJob(job)),
    async claim(jobId) {
      const claimed = await store.claim({ jobId, owner: 'worker', leaseMs });
      if (claimed === undefined) throw new Error(`Job ${jobId} could not be claimed.`);
      return claimed;
    },
    submitAndClaim: async (job) => await scene.claim((await scene.submit(job)).job.id),
    async previewOf(page) {
      return { ...(await scene.output(`page-${page}.png`)), page };
    },
    async output(name = 'document.pdf') {
      return { ...contentOf(await scene.beginArtifact({ kind: 'rendition' })), name };
    },
    read: (id) => store.get({ tenant, id }),
    snapshot: async (id) => [await scene.read(id), await store.events({ tenant, id })],
    eventTypes: async (id) => (await store.events({ tenant, id })).map(({ type }) => type),
  };
  return Object.freeze(scene);
}

const plainJob = {
  type: 'render',
  payload: { renditions: [{ kind: 'pdf' }] },
  payloadVersion: 1,
  assets: [],
  priority: 0,
  delayMs: 0,
  maxAttempts: 3,
  labels: {},
  requestHash: 'hash-1',
} as const satisfies Partial<NewJob>;

/** Ends an attempt as another worker would find it: its lease lost, the job queued again and claimed anew. */
export async function loseClaim(scene: JobStoreScene, claim: Claim): Promise<ClaimedJob> {
  await scene.advanceTime(leaseMs + 1);
  await scene.store.sweep(patientSweep);
  return await scene.claim(claim.jobId);
}
