import type { ApiConnection } from '../api/api-connection.ts';
import { saveAs, saveFrom } from '../parts/save-as.ts';

/** Where all that a batch or a job has made is. */
interface FilesLinks {
  readonly content: string;
  readonly pdf?: string | undefined;
  readonly signed?: string | undefined;
}

/** What has made files, and how it is read anew. */
export interface FilesSource {
  /** What they are called together. */
  readonly title: string;
  readonly links: FilesLinks;
  readonly readAgain: () => Promise<{ readonly links: FilesLinks }>;
}

/**
 * Has the browser save all that a batch or a job has made. By a link that works by itself, where there is one, or where no
 * key is needed: then the browser writes it to the disk as it comes. Otherwise it is fetched with the key first.
 */
export async function saveFiles(
  connection: ApiConnection,
  { title, links, readAgain }: FilesSource,
  as: 'zip' | 'pdf',
): Promise<void> {
  const path = as === 'pdf' && links.pdf !== undefined ? links.pdf : links.content;
  if (links.signed !== undefined) {
    // The one that is shown may have expired meanwhile.
    const { signed = links.signed } = (await readAgain()).links;
    saveFrom(connection.resolve(as === 'pdf' ? `${signed}&as=pdf` : signed));
  } else if (!connection.hasKey) saveFrom(connection.resolve(path));
  else saveAs(await connection.askBlob(path), `${title.replaceAll(/[/\\:*?"<>|]/g, '_')}.${as}`);
}
