import { type LogMethod, silentLogger } from '@pubpipe/core/driver';
import { expect, it, vi } from 'vitest';
import { closeOrLog } from './close-or-log.ts';

it('logs a directory that cannot be removed, and goes on', async () => {
  const error = new Error('EBUSY');
  const warn = vi.fn<LogMethod>();

  await closeOrLog({ directory: '/job', close: () => Promise.reject(error) }, { ...silentLogger, warn });

  expect(warn).toHaveBeenCalledExactlyOnceWith({ directory: '/job', err: error }, expect.any(String));
});
