/** The words for a place in a finding's message. */
export const on = (page: number | undefined): string => (page === undefined ? '' : ` on page ${page}`);

/** The words for an object in a finding's message. */
export const inFrame = (object: string | undefined): string => (object === undefined ? '' : ` "${object}"`);
