/** A command line that can't be carried out; its message says why. */
export class UsageError extends Error {}
