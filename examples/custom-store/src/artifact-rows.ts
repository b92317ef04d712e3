import { randomUUID } from 'node:crypto';
import { type ArtifactHead, type ArtifactKey, type MeasuredContent, PubpipeError } from '@pubpipe/core';
import type { Database } from 'better-sqlite3';

const pageSize = 500;

interface ArtifactRow {
  readonly key: ArtifactKey;
  readonly byte_size: number;
  readonly sha256: string;
  readonly modified_at: number;
}

/** What the store writes and reads, a statement or a short transaction each. */
export class ArtifactRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Begins a content that no artifact has yet. */
  beginContent(): string {
    const id = randomUUID();
    this.#db.prepare('INSERT INTO contents (id, begun_at) VALUES (?, ?)').run(id, Date.now());
    return id;
  }

  addBlock(contentId: string, number: number, bytes: Uint8Array): void {
    this.#db.prepare('INSERT INTO blocks (content_id, number, bytes) VALUES (?, ?, ?)').run(contentId, number, bytes);
  }

  removeContent(id: string): void {
    this.#db.prepare('DELETE FROM contents WHERE id = ?').run(id);
  }

  /** Gives a whole content to a key, and removes what the key had. */
  publish(key: ArtifactKey, content: MeasuredContent & { readonly contentId: string }): void {
    const { contentId, byteSize, sha256 } = content;
    const insert = this.#db.prepare(
      'INSERT INTO artifacts (key, content_id, byte_size, sha256, modified_at) VALUES (?, ?, ?, ?, ?)',
    );
    const transaction = this.#db.transaction(() => {
      this.#removeArtifact(key);
      insert.run(key, contentId, byteSize, sha256, Date.now());
    });
    transaction.immediate();
  }

  remove(key: ArtifactKey): void {
    this.#db.transaction(() => this.#removeArtifact(key)).immediate();
  }

  /** @throws PubpipeError `ARTIFACT_NOT_FOUND` */
  head(key: ArtifactKey): ArtifactHead {
    const row = this.#db.prepare<[string], ArtifactRow>('SELECT * FROM artifacts WHERE key = ?').get(key);
    return row === undefined ? notFound(key) : toHead(row);
  }

  /** The artifacts behind `after` whose keys begin with `prefix`, in the order of keys. */
  page(prefix: string, after: string | undefined): readonly ArtifactHead[] {
    const condition = 'key > ? AND substr(key, 1, length(?)) = ?';
    return this.#db
      .prepare<string[], ArtifactRow>(`SELECT * FROM artifacts WHERE ${condition} ORDER BY key LIMIT ${pageSize}`)
      .all(after ?? '', prefix, prefix)
      .map(toHead);
  }

  /** Removes contents that no artifact has, and says how many. */
  discard(which: {
    readonly begunBefore: number;
    readonly limit: number;
    readonly spare: ReadonlySet<string>;
  }): number {
    const { begunBefore, limit, spare } = which;
    const incomplete = `
      SELECT id FROM contents WHERE begun_at < ?
      AND id NOT IN (SELECT content_id FROM artifacts) AND id NOT IN (SELECT value FROM json_each(?)) LIMIT ?`;
    const statement = this.#db.prepare(`DELETE FROM contents WHERE id IN (${incomplete})`);
    return statement.run(begunBefore, JSON.stringify([...spare]), limit).changes;
  }

  #removeArtifact(key: ArtifactKey): void {
    const removed = this.#db
      .prepare<[string], { content_id: string }>('DELETE FROM artifacts WHERE key = ? RETURNING content_id')
      .all(key);
    for (const { content_id } of removed) this.removeContent(content_id);
  }
}

export function notFound(key: ArtifactKey): never {
  throw new PubpipeError('ARTIFACT_NOT_FOUND', 'There is no artifact under this key.', { details: { key } });
}

function toHead({ key, byte_size, modified_at, sha256 }: ArtifactRow): ArtifactHead {
  return { key, byteSize: byte_size, modifiedAt: modified_at, etag: sha256 };
}
