import type { Logger } from '@pubpipe/core/driver';

/**
 * Removes a directory of a render. One that can't be removed is a matter for the operator: it changes
 * nothing of the render's result, and must not hide its error.
 */
export async function closeOrLog(
  directory: { readonly directory: string; close(): Promise<void> },
  logger: Logger,
): Promise<void> {
  try {
    await directory.close();
  } catch (error) {
    logger.warn({ directory: directory.directory, err: error }, 'A directory of a render could not be removed.');
  }
}
