// Only type-checked: the contract suites are there for the authors of other drivers.
import { createFsArtifactStore } from '@pubpipe/artifact-store/fs';
import { describeArtifactStore, describeScratchSpace } from '@pubpipe/core/testing';

void [createFsArtifactStore, describeArtifactStore, describeScratchSpace];
