import { type JobStore, type NewJob, randomId, type SubmittedJob, type WebhookMessage } from '@pubpipe/core';

/** Whose they are. */
export const tenant = 'print-shop';

/** Uploads a file. */
export async function upload(store: JobStore, owner = tenant): Promise<string> {
  const { id } = await store.beginArtifact({ tenant: owner, kind: 'upload', fileName: 'a.sla', mediaType: 'text/xml' });
  await store.publishArtifact(owner, { artifactId: id, byteSize: 1, sha256: 'ab' }, { expiresInMs: 1_000_000 });
  return id;
}

/** A job on an uploaded file. */
export function jobOn(inputArtifactId: string, job: Partial<NewJob> = {}): NewJob {
  return {
    tenant,
    type: 'render',
    payload: {},
    payloadVersion: 1,
    inputArtifactId,
    assets: [{ name: 'a.png', artifactId: inputArtifactId }],
    priority: 0,
    delayMs: 0,
    maxAttempts: 3,
    labels: {},
    requestHash: 'hash',
    ...job,
  };
}

/** Submits jobs, one after the other. */
export async function submitSome(store: JobStore, count: number): Promise<readonly SubmittedJob[]> {
  const artifactId = await upload(store);
  const submitted: SubmittedJob[] = [];
  for (let index = 0; index < count; index += 1) submitted.push(await store.submit(jobOn(artifactId)));
  return submitted;
}

/** A webhook, and what it is to be told of a job. */
export async function webhookWithMessage(
  store: JobStore,
): Promise<{ readonly endpointId: string; readonly message: WebhookMessage }> {
  const { id: endpointId } = await store.createWebhook(
    {
      id: randomId(),
      tenant,
      url: 'https://shop.example/',
      types: ['job.queued'],
      secret: 'whsec_one',
      afterPosition: 0,
    },
    { maxPerTenant: 1_000 },
  );
  const [submitted] = await submitSome(store, 1);
  const message: WebhookMessage = {
    tenant,
    jobId: submitted?.job.id ?? '',
    seq: 1,
    position: await store.feedEnd(),
    type: 'job.queued',
    data: {},
    createdAt: submitted?.job.createdAt ?? 0,
  };
  return { endpointId, message };
}
