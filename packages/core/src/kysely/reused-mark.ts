/** Ends the text of each statement that a job store sends again and again: see `prepareStatements`. */
export const reusedMark = ' /* pubpipe: reused */';
