const dateAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const wholeNumber = new Intl.NumberFormat();
const units = ['bytes', 'kB', 'MB', 'GB'] as const;

/** Such as `23 Nov 2026, 10:00`, in the user's own way. */
export function formatDateAndTime(time: string): string {
  return dateAndTime.format(new Date(time));
}

/** Such as `10:00:07`, in the user's own way. */
export function formatTimeOfDay(time: string): string {
  return timeOfDay.format(new Date(time));
}

/** Such as `1.4 MB`. */
export function formatBytes(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const amount = bytes / 1_000 ** power;
  return `${amount.toFixed(power > 0 && amount < 100 ? 1 : 0)} ${units[power]}`;
}

/** Such as `0.8 s` or `3 min 20 s`. */
export function formatDuration(ms: number): string {
  if (ms < 60_000) return `${(Math.max(ms, 0) / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Such as `1,000`, in the user's own way. */
export function formatNumber(value: number): string {
  return wholeNumber.format(value);
}

/** Such as `1 page` or `3 pages`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
