import { checkInteger } from './check-option.ts';

/** When a warm Scribus is replaced. It is also replaced when fonts or colour profiles are added or removed. */
export interface RenewalOptions {
  /** After as many renders. @defaultValue 1_000 */
  readonly maxJobs: number;
  /** After as many milliseconds. @defaultValue 3_600_000 (an hour) */
  readonly maxAgeMs: number;
  /** When its memory has grown by as many bytes since its first render. @defaultValue 64 MiB */
  readonly maxGrowthBytes: number;
}

const defaults: RenewalOptions = { maxJobs: 1000, maxAgeMs: 3_600_000, maxGrowthBytes: 64 * 1024 * 1024 };

/** @throws PubpipeError `INVALID_INPUT` naming the option that is wrong. */
export function resolveRenewal(options: Partial<RenewalOptions> = {}): RenewalOptions {
  const resolved = {
    maxJobs: options.maxJobs ?? defaults.maxJobs,
    maxAgeMs: options.maxAgeMs ?? defaults.maxAgeMs,
    maxGrowthBytes: options.maxGrowthBytes ?? defaults.maxGrowthBytes,
  };
  for (const [name, value] of Object.entries(resolved)) {
    checkInteger(`renewal.${name}`, value, 1, Number.MAX_SAFE_INTEGER);
  }
  return Object.freeze(resolved);
}
