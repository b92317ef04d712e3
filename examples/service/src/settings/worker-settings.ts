import { z } from 'zod';
import { sharedSettings } from './shared-settings.ts';
import { text, wholeNumber } from './values.ts';

/** Settings of a process that renders. */
export const workerSettings = sharedSettings.and(
  z.object({
    /** Renders at once. Without it as many as there are processors and memory for. */
    SLOTS: wholeNumber({ least: 1, most: 64 }).optional(),
    /** Fonts and ICC profiles for all documents, besides those of the system. */
    FONTS_DIRECTORY: text('the path of a directory').optional(),
    PROFILES_DIRECTORY: text('the path of a directory').optional(),
    /** After so many days ended jobs are removed for good, with the files that nothing else uses. */
    RETENTION_DAYS: wholeNumber({ least: 1, most: 3_650 }).default(30),
  }),
);

export type WorkerSettings = z.output<typeof workerSettings>;
