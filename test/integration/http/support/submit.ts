import type { Answer, ArtifactAnswer } from './answer.ts';
import type { TestServer } from './open-http-server.ts';

/** How a job is submitted. */
export interface SubmitOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly tenant?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Uploads a document. */
export async function uploadDocument({ ask }: Pick<TestServer, 'ask'>, tenant = 'acme'): Promise<ArtifactAnswer> {
  return await uploadText({ ask }, { fileName: 'card.sla', text: '<SCRIBUSUTF8NEW Version="1.5.8"/>', tenant });
}

/** Uploads a text under a name. */
export async function uploadText(
  { ask }: Pick<TestServer, 'ask'>,
  { fileName, text, tenant = 'acme' }: { readonly fileName: string; readonly text: string; readonly tenant?: string },
): Promise<ArtifactAnswer> {
  const headers = { 'Content-Type': 'application/octet-stream' };
  const init = { method: 'POST', body: text, tenant, headers };
  return await (await ask(`/artifacts?fileName=${fileName}`, init)).json<ArtifactAnswer>();
}

/** Submits a job, for a PDF and page images of a new upload unless the body says otherwise. */
export async function submit(server: Pick<TestServer, 'ask'>, options: SubmitOptions = {}): Promise<Answer> {
  const { headers = {}, tenant = 'acme', body = {} } = options;
  const document = body['document'] ?? (await uploadDocument(server, tenant)).id;
  return await server.ask('/jobs', {
    method: 'POST',
    tenant,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ renditions: [{ kind: 'pdf' }, { kind: 'png' }], ...body, document }),
  });
}
