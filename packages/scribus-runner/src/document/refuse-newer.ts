import { PubpipeError } from '@pubpipe/core/driver';
import { compareToInstalled } from './scribus-version.ts';

/** The `DOCUMENT_TOO_NEW` error; details `documentVersion`, `installedVersion`. */
export const documentTooNew = (documentVersion: string, installedVersion: string): PubpipeError =>
  new PubpipeError(
    'DOCUMENT_TOO_NEW',
    `The document was made with Scribus ${documentVersion}, but Scribus ${installedVersion} is installed here: ` +
      `install Scribus ${documentVersion} or newer.`,
    { details: { documentVersion, installedVersion } },
  );

/**
 * Refuses a document that the installed Scribus is known to refuse.
 *
 * @throws PubpipeError `DOCUMENT_TOO_NEW`.
 */
export function refuseNewerSeries(documentVersion: string | undefined, installedVersion: string): void {
  if (documentVersion === undefined) return;
  if (compareToInstalled(documentVersion, installedVersion) === 'newer-series') {
    throw documentTooNew(documentVersion, installedVersion);
  }
}
