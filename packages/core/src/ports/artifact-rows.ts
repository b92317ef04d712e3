import type { Artifact, ArtifactKind, ReadyArtifact } from '../job/artifact.ts';
import type { ArtifactKey } from './artifact-key.ts';

/** Names one row of one tenant. Another tenant's row is as good as absent. */
export interface RowId {
  readonly tenant: string;
  readonly id: string;
}

/** An artifact whose content is about to be written. */
export interface NewArtifact {
  readonly tenant: string;
  readonly kind: ArtifactKind;
  readonly fileName: string;
  readonly mediaType: string;
}

/** The content of a pending artifact, now whole in the artifact store. */
export interface WrittenContent {
  readonly artifactId: string;
  /** Length in bytes. */
  readonly byteSize: number;
  /** SHA-256 in lower-case hexadecimal. */
  readonly sha256: string;
}

/**
 * Content that nobody needs. It is deleted twice, `keepDeletedMs` apart: an upload that was taken for
 * abandoned may still have been writing.
 */
export interface DeletableContent {
  readonly artifactId: string;
  readonly storageKey: ArtifactKey;
  /** Whether this is the second time. */
  readonly deletedBefore: boolean;
}

/** The part of a job store that keeps the rows of artifacts. Their content is in the artifact store. */
export interface ArtifactRows {
  /** Writes the row of an artifact before the first byte of its content: `pending`, under a fresh storage key. */
  beginArtifact(artifact: NewArtifact): Promise<Artifact>;

  /**
   * Makes a pending upload ready. Unless a job uses it, it expires `expiresInMs` from now.
   *
   * @throws PubpipeError `ARTIFACT_NOT_FOUND` when the row is not pending any more.
   */
  publishArtifact(
    tenant: string,
    content: WrittenContent,
    options: { readonly expiresInMs: number },
  ): Promise<ReadyArtifact>;

  /**
   * Reads the row of an artifact whose content is whole.
   *
   * @throws PubpipeError `ARTIFACT_NOT_FOUND` when the tenant has none, or it is still pending.
   * @throws PubpipeError `ARTIFACT_EXPIRED` when its content has been deleted.
   */
  getArtifact(id: RowId): Promise<ReadyArtifact>;

  /**
   * Takes an artifact out of use; the sweeper deletes its content. Removing what is not there succeeds.
   *
   * @throws PubpipeError `ARTIFACT_IN_USE` while a queued or running job needs it.
   */
  removeArtifact(id: RowId): Promise<void>;

  /** Notes that the content of a deletable artifact has been deleted. */
  confirmDeleted(content: DeletableContent): Promise<void>;
}
