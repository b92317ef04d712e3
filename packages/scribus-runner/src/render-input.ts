import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryRefused } from './engine/temporary-unwritable.ts';
import { workspacePrefix } from './engine/workspace-owner.ts';
import type { ParsedRenderRequest } from './render-request.ts';

/** What a zip was unpacked into. */
export interface RenderInput {
  /** The request for the document that was in it. */
  readonly request: ParsedRenderRequest;
  /** The input directory. */
  readonly directory: string;
  /** Removes the directory. Idempotent. */
  close(): Promise<void>;
}

/**
 * Unpacks a request's zip into a directory of its own in `temporaryDirectory`, which then is the input directory.
 *
 * @throws PubpipeError as `unpackCollected`.
 */
export async function unpackRenderInput(
  request: ParsedRenderRequest,
  { temporaryDirectory, signal }: { readonly temporaryDirectory: string; readonly signal: AbortSignal },
): Promise<RenderInput> {
  const inputDirectory = await mkdtemp(join(temporaryDirectory, workspacePrefix('render'))).catch((error: unknown) => {
    throw temporaryRefused(error);
  });
  const close = () => rm(inputDirectory, { recursive: true, force: true, maxRetries: 3 });
  try {
    // What reads zips is loaded with the first.
    const { unpackCollected } = await import('./document/unpack-collected.ts');
    const document = await unpackCollected(request.documentPath, inputDirectory, { signal });
    return {
      request: { ...request, inputDirectory, documentPath: join(inputDirectory, document) },
      directory: inputDirectory,
      close,
    };
  } catch (error) {
    // Why it could not be unpacked says more than why its remains could not be removed.
    await close().catch(() => undefined);
    throw error;
  }
}
