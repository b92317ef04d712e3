import type { ApiClient } from '../client/api-client.ts';

/** An artifact as the API answers it. */
export interface UploadedFile {
  readonly id: string;
  readonly links: { readonly content: string };
}

/** Uploads a file as a client does. */
export async function uploadFile(client: ApiClient, fileName: string, body: Uint8Array): Promise<UploadedFile> {
  const path = `/print/artifacts?fileName=${encodeURIComponent(fileName)}`;
  return await client.askFor<UploadedFile>(201, { method: 'POST', path, body });
}

/** A document for a renderer that does not read it. */
export const anyDocument = Buffer.from('<SCRIBUSUTF8NEW Version="1.5.8"/>');
