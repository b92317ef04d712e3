import type { ApiClient } from '../client/api-client.ts';
import { anyDocument, uploadFile } from './upload-file.ts';

/** Uploads a document and submits a job for it. Resolves when the job was accepted. */
export async function submitOne(client: ApiClient): Promise<void> {
  const { id: document } = await uploadFile(client, 'card.sla', anyDocument);
  const json = { document, renditions: [{ kind: 'pdf' }] };
  await client.askFor(202, { method: 'POST', path: '/print/jobs', json });
}
