import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { resolveScribusRendererOptions, type ScribusRendererOptions } from './scribus-renderer-options.ts';

it('fills in what is left out, and nothing can be changed afterwards', () => {
  const options = resolveScribusRendererOptions({ scribus: ['chroot', '/srv', 'scribus'], slots: undefined });

  expect(options).toMatchObject({ scribus: ['chroot', '/srv', 'scribus'], timeoutMs: 120_000 });
  expect(options.slots).toBeGreaterThanOrEqual(1);
  expect(Object.isFrozen(options)).toBe(true);
});

it('resolves a relative program once, against the working directory', () => {
  const { scribus } = resolveScribusRendererOptions({ scribus: ['./my-scribus', './its-own'] });

  expect(scribus).toEqual([resolve('my-scribus'), './its-own']);
  expect(resolveScribusRendererOptions({ scribus: 'p' }).scribus).toEqual(['p']);
});

it.each<ScribusRendererOptions>([
  { slots: 0 },
  { slots: 1.5 },
  { timeoutMs: 0 },
  { timeoutMs: 2 ** 31 },
  { maxLogBytes: -1 },
  { maxDocumentBytes: Number.NaN },
  { scribus: '' },
  { scribus: [] },
  { screening: true as unknown as 'on' },
  { temporaryDirectory: 'relative' },
  { temporaryDirectory: '/tmp/100%' },
])('refuses %j', (options) => {
  expect(() => resolveScribusRendererOptions(options)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});
