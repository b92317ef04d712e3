import { describeRenderer } from '@pubpipe/core/testing';
import { documents } from '../fixtures/documents.ts';
import { openRenderer } from './open-renderer.ts';

describeRenderer('ScribusRenderer', async () => ({ ...(await openRenderer()), documents }));
