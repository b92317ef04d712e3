import { afterEach, beforeEach, describe } from 'vitest';
import type { ArtifactStore } from '../ports/artifact-store.ts';
import { describeClosing } from './artifact-store/closing.ts';
import { describeDeleting } from './artifact-store/deleting.ts';
import { describeDiscarding } from './artifact-store/discarding.ts';
import { describeEndedUploads } from './artifact-store/ended-uploads.ts';
import { describeKeys } from './artifact-store/keys.ts';
import { describeListing } from './artifact-store/listing.ts';
import { describeReading } from './artifact-store/reading.ts';
import { describeReadingWhileWriting } from './artifact-store/reading-while-writing.ts';
import { describeStoring } from './artifact-store/storing.ts';

/** What a store can and can't, said by its author. */
export interface ArtifactStoreCapabilities {
  /** Whether a key may lie below another (`a` and `a/b`); if not, the second is refused with `INVALID_INPUT`. */
  readonly nestedKeys: boolean;
  /** Whether keys that differ only in case or in Unicode normal form are two keys. */
  readonly exactKeys: boolean;
  /** Whether a killed process leaves something of an upload behind, for `discardIncomplete` to remove. */
  readonly incompleteUploads: boolean;
}

/** An empty store, opened for one test. */
export interface OpenedArtifactStore {
  readonly store: ArtifactStore;
  /** Leaves behind what an upload does whose process was killed `ageMs` ago. Needed with `incompleteUploads`. */
  readonly leaveIncompleteUpload?: ((ageMs: number) => Promise<void>) | undefined;
  /** Closes the store, which a test may have done already, and removes what it held. */
  readonly close: () => Promise<void>;
}

/** What each group of tests is given. */
export interface ArtifactStoreSubject {
  readonly capabilities: ArtifactStoreCapabilities;
  /** The store of the running test. */
  readonly opened: () => OpenedArtifactStore;
}

/**
 * Registers the tests that every {@link ArtifactStore} passes, one for each promise of the port.
 *
 * @example
 * ```ts
 * import { createMemoryArtifactStore } from '@pubpipe/core/memory';
 * import { describeArtifactStore } from '@pubpipe/core/testing';
 *
 * const capabilities = { nestedKeys: true, exactKeys: true, incompleteUploads: false };
 * const open = async () => {
 *   const store = createMemoryArtifactStore();
 *   return { store, close: () => store.close() };
 * };
 * describeArtifactStore('MemoryArtifactStore', open, { capabilities });
 * ```
 */
export function describeArtifactStore(
  name: string,
  open: () => Promise<OpenedArtifactStore>,
  { capabilities }: { readonly capabilities: ArtifactStoreCapabilities },
): void {
  describe(`${name} keeps the promises of an artifact store`, () => {
    let current: OpenedArtifactStore | undefined;
    beforeEach(async () => {
      current = await open();
    });
    afterEach(async () => {
      await current?.close();
      current = undefined;
    });
    const opened = (): OpenedArtifactStore => {
      if (current === undefined) throw new Error('A store is open only while a test runs.');
      return current;
    };
    const groups = [
      describeStoring,
      describeEndedUploads,
      describeKeys,
      describeReading,
      describeReadingWhileWriting,
      describeDeleting,
      describeListing,
      describeDiscarding,
      describeClosing,
    ];
    for (const describeGroup of groups) describeGroup({ capabilities, opened });
  });
}
