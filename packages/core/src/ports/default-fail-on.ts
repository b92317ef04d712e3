import type { PreflightCheck } from './preflight.ts';

const always: readonly PreflightCheck[] = ['missing-image', 'unreadable-image'];
const forPrint: readonly PreflightCheck[] = [...always, 'missing-font', 'overset-text'];

/** Whether what is made under this profile goes to a press: `print` and all `pdf/x-*`. */
export const isPrintProfile = (profile: string): boolean => profile === 'print' || profile.startsWith('pdf/x-');

/**
 * The checks that fail a render whose request has no `failOn`: images that are missing or can't be
 * read, and, when one of the profiles is for print, missing fonts and overset text.
 */
export const defaultFailOn = (profiles: readonly string[]): readonly PreflightCheck[] =>
  profiles.some(isPrintProfile) ? forPrint : always;
