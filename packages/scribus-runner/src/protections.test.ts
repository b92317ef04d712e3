import { expect, it } from 'vitest';
import { checkProtections, toRendererProtections } from './protections.ts';
import type { ScripterProtections } from './protocol/protections.ts';

const complete: ScripterProtections = {
  noNewPrivileges: true,
  landlock: 7,
  allThreads: true,
  seccomp: true,
  limits: true,
  bubblewrap: false,
};
const inForce = {
  screening: true,
  noNewPrivileges: true,
  landlock: 7,
  bubblewrap: false,
  seccomp: true,
  limits: true,
};

it('names what a process has', () => {
  const options = { sandbox: 'preferred', screening: 'on' } as const;

  expect(toRendererProtections(complete, options)).toEqual(inForce);
  expect(toRendererProtections(complete, { ...options, screening: 'off' })).toEqual({ ...inForce, screening: false });
});

it('does not count a Landlock that leaves a thread out', () => {
  const told = { ...complete, allThreads: false };

  expect(toRendererProtections(told, { sandbox: 'preferred', screening: 'on' })).toEqual({ ...inForce, landlock: 0 });
});

it('counts nothing that is there but not used', () => {
  expect(toRendererProtections(complete, { sandbox: 'off', screening: 'off' })).toEqual({
    screening: false,
    noNewPrivileges: false,
    landlock: 0,
    bubblewrap: false,
    seccomp: false,
    limits: true,
  });
});

const bubblewrap = { landlock: 0, bubblewrap: true } as const;

it.each([
  { what: 'no_new_privs', lack: { noNewPrivileges: false } },
  { what: 'Landlock (or bubblewrap)', lack: { landlock: 0 } },
  { what: 'Landlock (or bubblewrap)', lack: { allThreads: false } },
  { what: 'seccomp', lack: { seccomp: false } },
  { what: 'seccomp', lack: { ...bubblewrap, seccomp: false } },
])('insists on $what when a sandbox is required, given $lack', ({ what, lack }) => {
  const offered = { ...complete, ...lack };

  expect(() => checkProtections(offered, { sandbox: 'required', screening: 'on' })).toThrow(
    expect.objectContaining({ code: 'RENDERER_UNAVAILABLE', details: { missing: [what] } }),
  );
  expect(() => checkProtections(offered, { sandbox: 'preferred', screening: 'on' })).not.toThrow();
});

it('takes bubblewrap for Landlock', () => {
  const offered = { ...complete, ...bubblewrap };

  expect(() => checkProtections(offered, { sandbox: 'required', screening: 'on' })).not.toThrow();
});
