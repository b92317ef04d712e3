/** What starts programs. */
export type Execa = typeof import('execa').execa;

/** It takes longer to load than all that a start of Scribus needs, which doesn't wait for it. */
export const loadExeca = async (): Promise<Execa> => (await import('execa')).execa;
