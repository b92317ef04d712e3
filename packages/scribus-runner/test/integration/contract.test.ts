import { describeRenderer } from '@pubpipe/core/testing';
import type { ScribusRendererOptions } from '@pubpipe/scribus-runner';
import { documents } from '../fixtures/documents.ts';
import { openRenderer } from './open-renderer.ts';
import { withoutLandlock } from './without-landlock.ts';

const ways: Readonly<Record<string, ScribusRendererOptions>> = {
  warm: { mode: 'warm' },
  cold: { mode: 'cold' },
  'under bubblewrap': { ...withoutLandlock, mode: 'cold' },
};

for (const [way, options] of Object.entries(ways)) {
  describeRenderer(`ScribusRenderer, ${way},`, async () => ({ ...(await openRenderer(options)), documents }));
}
