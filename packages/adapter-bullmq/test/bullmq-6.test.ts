import * as bullmq from 'bullmq';
import { expect, it } from 'vitest';

// Neither version says which it is, but only 6 has another backend than Redis. A mistake in vitest's
// configuration would test one of them twice.
it('is tested on BullMQ 6', () => expect(bullmq).toHaveProperty('createPostgresBackend'));
