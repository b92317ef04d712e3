import type { StoredApiKey } from '@pubpipe/core/http';
import { z } from 'zod';
import { sharedSettings } from './shared-settings.ts';
import { port, text, wholeNumber } from './values.ts';

const keysAre = 'it must be pairs of tenant=SHA-256, with a comma between two: issue-key.ts makes one';

/** Which keys open the service, and for whom. Only hashes are known here: whoever reads them can't use them. */
const apiKeys = z
  .string({ error: keysAre })
  .transform((list) => list.split(/[\s,]+/).filter(Boolean))
  .pipe(z.array(z.string().regex(/^[^=]{1,200}=[0-9a-f]{64}$/, keysAre)).min(1, keysAre))
  .transform((pairs): readonly StoredApiKey[] =>
    pairs.map((pair) => {
      const [tenant = '', sha256 = ''] = pair.split('=');
      return { tenant, sha256 };
    }),
  );

/** Settings of the process that answers requests. */
export const apiSettings = sharedSettings.and(
  z.object({
    HOST: text('an address').default('127.0.0.1'),
    PORT: port.default(3000),
    API_KEYS: apiKeys,
    /** Requests of one tenant in a minute, or of one address for those without a key. */
    REQUESTS_PER_MINUTE: wholeNumber({ least: 1, most: 1_000_000 }).default(600),
    MAX_UPLOAD_BYTES: wholeNumber({ least: 1, most: 2 ** 40 }).default(1024 ** 3),
    /** Most bytes of the PDFs that are joined to one. The disk needs twice as much, for each of the two that are joined at once. */
    MAX_JOINED_BYTES: wholeNumber({ least: 1, most: 2 ** 40 }).default(512 * 1024 ** 2),
    /** How many proxies of yours stand before this process: the address of a client is what the first of them says. */
    TRUSTED_PROXIES: wholeNumber({ least: 0, most: 10 }).default(0),
    /** Signs links that work without a key until they expire. Without it there are none. */
    LINK_SECRET: z.string().min(32, 'it must have 32 characters or more').optional(),
    /** Encrypts the secrets of webhooks in the database. Without it there are no webhooks. */
    WEBHOOK_KEY: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'it must be 32 bytes as 64 digits of 0-9 and a-f')
      .transform((digits) => Buffer.from(digits, 'hex'))
      .optional(),
  }),
);

export type ApiSettings = z.output<typeof apiSettings>;
