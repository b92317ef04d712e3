import { expect, it } from 'vitest';
import { documents } from '../fixtures/documents.ts';
import { openRendererForTest } from './open-renderer.ts';

it.each(['warm', 'cold'] as const)('names the protections before and after a render, in mode %s', async (mode) => {
  const opened = await openRendererForTest({ mode });

  const { protections: offered } = await opened.renderer.health();
  await opened.render(documents.sound);
  const { protections: inForce } = await opened.renderer.health();

  expect(offered).toMatchObject({ screening: true, noNewPrivileges: true, seccomp: true, limits: true });
  // One of them is there, or the machine can't run these tests.
  expect(Boolean(offered?.landlock) || offered?.bubblewrap).toBe(true);
  expect(inForce).toEqual(offered);
});

it('says of nothing that it protects when the sandbox and the screening are off', async () => {
  const opened = await openRendererForTest({ sandbox: 'off', screening: 'off' });
  await opened.render(documents.sound);

  expect((await opened.renderer.health()).protections).toEqual({
    screening: false,
    noNewPrivileges: false,
    landlock: 0,
    bubblewrap: false,
    seccomp: false,
    limits: true,
  });
});
