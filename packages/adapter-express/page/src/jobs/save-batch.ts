import type { BatchJson } from '@pubpipe/core/http';
import type { JobsApi } from '../api/jobs-api.ts';
import { saveAs, saveFrom } from '../parts/save-as.ts';

/**
 * Has the browser save all that a batch has made. By a link that works by itself, where there is one, or where no key is
 * needed: then the browser writes it to the disk as it comes. Otherwise it is fetched with the key first.
 */
export async function saveBatch(api: JobsApi, { id, links }: BatchJson, as: 'zip' | 'pdf'): Promise<void> {
  const { connection } = api;
  const path = as === 'pdf' && links.pdf !== undefined ? links.pdf : links.content;
  if (links.signed !== undefined) {
    // The one that is shown may have expired meanwhile.
    const { signed = links.signed } = (await api.batch(id)).links;
    saveFrom(connection.resolve(as === 'pdf' ? `${signed}&as=pdf` : signed));
  } else if (!connection.hasKey) saveFrom(connection.resolve(path));
  else saveAs(await connection.askBlob(path), `${id.replaceAll(/[/\\:*?"<>|]/g, '_')}.${as}`);
}
