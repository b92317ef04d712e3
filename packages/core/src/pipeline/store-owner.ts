import { isPubpipeError, PubpipeError } from '../errors/pubpipe-error.ts';
import { parseArtifactKey } from '../ports/artifact-key.ts';
import type { ArtifactStore } from '../ports/artifact-store.ts';

const markerKey = parseArtifactKey('pubpipe-owner.json');
const maxMarkerBytes = 10_000;

/**
 * Reads whose artifact store it is: the identity of a database, or undefined where nobody has marked it.
 *
 * @throws PubpipeError `STORE_NOT_OWNED` when there is a marker that can't be read.
 */
export async function readStoreOwner(store: ArtifactStore, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const { body, byteSize } = await store.get(markerKey, { signal, range: { start: 0, end: maxMarkerBytes } });
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    if (byteSize > maxMarkerBytes) throw new Error('The marker is too long.');
    const { database } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { readonly database?: unknown };
    if (typeof database === 'string') return database;
    throw new Error('The marker names no database.');
  } catch (error) {
    if (isPubpipeError(error) && error.code === 'ARTIFACT_NOT_FOUND') return undefined;
    if (isPubpipeError(error)) throw error;
    throw new PubpipeError('STORE_NOT_OWNED', "The artifact store's owner marker can't be read.", { cause: error });
  }
}

/** Marks the store as that of a database. */
export async function markStoreOwner(store: ArtifactStore, database: string, signal?: AbortSignal): Promise<void> {
  const text = `${JSON.stringify({ database })}\n`;
  async function* content() {
    yield new TextEncoder().encode(text);
  }
  await store.put(markerKey, content(), { mediaType: 'application/json', signal });
}

/** The error for a store that is not this database's. */
export function storeNotOwned(owner: string | undefined, database: string): PubpipeError {
  const message =
    owner === undefined ? 'The artifact store has no owner yet.' : "The artifact store is another database's.";
  return new PubpipeError('STORE_NOT_OWNED', message, { details: { owner, database } });
}
