const advice: Readonly<Record<string, string>> = {
  ARTIFACT_EXPIRED: 'The files are gone. Hand the document in again.',
  DATA_UNREADABLE: 'Save the data again as CSV in UTF-8, and hand it in again.',
  DOCUMENT_EMPTY: 'Choose the right file and hand it in again.',
  DOCUMENT_TOO_NEW: 'Save the document in Scribus for an older version, and hand that in.',
  DOCUMENT_TRUNCATED: 'The file was cut off when it was saved or sent. Save it again and hand it in once more.',
  DOCUMENT_UNREADABLE: 'Open the document in Scribus, save it, and hand it in again.',
  INTERNAL: 'Try again. If it stays, the log of the server says more.',
  POISONED: 'The document brought its renderer down more than once. Look at it in Scribus before trying again.',
  PREFLIGHT_FAILED:
    'Mend the document, or hand it in with all its files: in Scribus, “Collect for Output” puts them in one folder. Or have the PDF made despite faults.',
  RECORDS_FAILED:
    'The other records are there. Correct the data of those that failed and merge them anew, or try again: only they are made then.',
  RECORD_INVALID: 'Correct the value in the data, and hand it in again.',
  RENDER_FAILED: 'What Scribus said is above. Mend the document and hand it in again.',
  RENDER_LIMIT: 'The document needs more than is allowed. Make it simpler, or ask for a higher limit.',
  RENDER_TIMEOUT: 'Try again. If it stays, look for EPS images in the document.',
  UNSAFE_DOCUMENT: 'Remove that object in Scribus, save the document, and hand it in again.',
};

/** What people can do about a failure; undefined where trying again is all there is. */
export function adviceOn(code: string): string | undefined {
  return advice[code];
}
