// Also a drive, `C:`, and Qt's own `:/`.
const url = /^[a-z0-9+.-]*:/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const control = /[\u0000-\u001f\u007f\u{fffd}]/u;
const maxLength = 1024;

/** Why a value can't be the name of a file beside the template, or part of one, if so. */
export function assetFault(value: string): string | undefined {
  if (value.length > maxLength) return `has more than ${maxLength} characters`;
  if (control.test(value)) return 'has control characters';
  if (/^[/\\]/.test(value)) return 'begins at the root of the disk';
  if (url.test(value)) return 'is a URL or on a drive';
  if (value.split(/[/\\]/).includes('..')) return 'climbs out of its folder';
  return undefined;
}
