import type { ArtifactKey } from '../ports/artifact-key.ts';

/** Where an artifact comes from: sent in by a caller, or made by a job. */
export type ArtifactKind = 'upload' | 'rendition' | 'report';

/**
 * `pending` until its content is whole, then `ready`; `deleting` when only the sweeper may touch it,
 * `deleted` when just the row is left, because a job refers to it.
 */
export type ArtifactState = 'pending' | 'ready' | 'deleting' | 'deleted';

/** The row of an immutable stored file. Times are milliseconds since 1970. */
export interface Artifact {
  /** UUIDv7. */
  readonly id: string;
  /** Whose it is. */
  readonly tenant: string;
  readonly kind: ArtifactKind;
  readonly state: ArtifactState;
  /** Where its content lies in the artifact store. Never shown to clients. */
  readonly storageKey: ArtifactKey;
  /** The name it came with or was made under, without folders. */
  readonly fileName: string;
  readonly mediaType: string;
  /** Length in bytes; absent while `pending`. */
  readonly byteSize?: number | undefined;
  /** SHA-256 in lower-case hexadecimal; absent while `pending`. */
  readonly sha256?: string | undefined;
  readonly createdAt: number;
  /** When it goes if no job uses it until then. */
  readonly expiresAt?: number | undefined;
}

/** An artifact whose content is whole. */
export type ReadyArtifact = Artifact & { readonly state: 'ready'; readonly byteSize: number; readonly sha256: string };

/** What an artifact is to a job. `preview` is an output of an attempt that is still running, `record` a file of a merge's record. */
export type ArtifactRole = 'asset' | 'preview' | 'output' | 'report' | 'record';

/** An artifact as a job sees it. */
export interface JobArtifact {
  readonly role: ArtifactRole;
  /** Path beside the document (`asset`) or name of the output file. */
  readonly name: string;
  /** Page number of a page image, from 1. */
  readonly page?: number | undefined;
  /** The attempt that made it; 0 for assets. */
  readonly attempt: number;
  readonly artifact: Artifact;
}
