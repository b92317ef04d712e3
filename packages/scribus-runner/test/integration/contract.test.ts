import { describeRenderer } from '@pubpipe/core/testing';
import { documents } from '../fixtures/documents.ts';
import { openRenderer } from './open-renderer.ts';

for (const mode of ['warm', 'cold'] as const) {
  describeRenderer(`ScribusRenderer, ${mode},`, async () => ({ ...(await openRenderer({ mode })), documents }));
}
