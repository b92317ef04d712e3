const documentNames = /\.(?:sla|scd)$/i;
// Scribus finds these by their ending alone, and only in lower case.
const packedDocumentNames = /\.(?:sla|scd)\.gz$/;
const collectedNames = /\.zip$/i;

/** Whether Scribus opens a file of this name. */
export const isDocumentName = (name: string): boolean => documentNames.test(name) || packedDocumentNames.test(name);

/** Whether Scribus unpacks a document of this name. */
export const isPackedName = (name: string): boolean => packedDocumentNames.test(name);

/** Whether a file of this name is a zip of what Scribus' "Collect for Output" wrote. */
export const isCollectedName = (name: string): boolean => collectedNames.test(name);
