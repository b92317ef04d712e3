/** A file of which half is stored before its put ends. */
export const wholeMib = 64;

/** The file that it replaces. */
export const oldMib = 4;
