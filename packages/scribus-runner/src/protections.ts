import { PubpipeError, type RendererProtections } from '@pubpipe/core/driver';
import type { ScripterProtections } from './protocol/protections.ts';
import type { ResolvedScribusRendererOptions } from './scribus-renderer-options.ts';

type ProtectionOptions = Pick<ResolvedScribusRendererOptions, 'sandbox' | 'screening'>;

/** What is in force in a render, by what its process tells; a sandbox that is off uses nothing of what is offered. */
export function toRendererProtections(told: ScripterProtections, options: ProtectionOptions): RendererProtections {
  const isOn = options.sandbox !== 'off';
  return Object.freeze({
    screening: options.screening === 'on',
    noNewPrivileges: isOn && told.noNewPrivileges,
    landlock: isOn && coversFiles(told) ? told.landlock : 0,
    bubblewrap: isOn && told.bubblewrap,
    seccomp: isOn && told.seccomp,
    limits: told.limits,
  });
}

/** @throws PubpipeError `RENDERER_UNAVAILABLE` when a sandbox is required, and not all of it is offered; details `missing`. */
export function checkProtections(offered: ScripterProtections, { sandbox }: ProtectionOptions): void {
  if (sandbox !== 'required') return;
  const missing = [
    ...(offered.noNewPrivileges ? [] : ['no_new_privs']),
    ...(coversFiles(offered) || offered.bubblewrap ? [] : ['Landlock (or bubblewrap)']),
    ...(offered.seccomp ? [] : ['seccomp']),
  ];
  if (missing.length === 0) return;
  const message = `The option sandbox is "required", and this system lacks ${missing.join(', ')}.`;
  throw new PubpipeError('RENDERER_UNAVAILABLE', message, { details: { missing } });
}

const coversFiles = ({ landlock, allThreads }: ScripterProtections): boolean => landlock > 0 && allThreads;
