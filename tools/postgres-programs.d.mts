export function postgresFolders(): readonly string[];
