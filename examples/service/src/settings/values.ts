import { z } from 'zod';

// Messages say what a variable must be. They never repeat what it is: it may be a secret.

/** A whole number. */
export function wholeNumber({ least, most }: { readonly least: number; readonly most: number }) {
  const error = `it must be a whole number from ${least} to ${most}`;
  return z
    .string({ error })
    .regex(/^\d{1,15}$/, error)
    .transform(Number)
    .pipe(z.number().min(least, error).max(most, error));
}

/** A port; 0 takes a free one. */
export const port = wholeNumber({ least: 0, most: 65_535 });

/** An address of one of these kinds, such as `redis:`. */
export function urlOf(...protocols: readonly string[]) {
  const error = `it must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  return z.string({ error }).refine((value) => protocols.includes(URL.parse(value)?.protocol ?? ''), { error });
}

/** Text that is there. */
export function text(what: string) {
  const error = `it must be ${what}`;
  return z.string({ error }).min(1, error);
}

/** One of a few words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(...words: Words) {
  return z.enum(words, { error: `it must be ${words.join(' or ')}` });
}
