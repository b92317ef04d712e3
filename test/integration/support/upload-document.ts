import { type Pipeline, PubpipeError, type RenderJobRequest } from '@pubpipe/core';
import type { RenderableDocument } from '@pubpipe/core/testing';

/** Uploads a document with what lies beside it, and returns what a request says of them. */
export async function uploadDocument(
  pipeline: Pick<Pipeline, 'upload'>,
  document: RenderableDocument,
): Promise<Required<Pick<RenderJobRequest, 'document' | 'assets'>>> {
  const uploads = await Promise.all(
    document.files.map(async ({ name, content }) => ({
      name,
      artifact: (await pipeline.upload({ fileName: name.slice(name.lastIndexOf('/') + 1), content: once(content) })).id,
    })),
  );
  const main = uploads.find(({ name }) => name === document.name);
  if (main === undefined) throw new PubpipeError('INVALID_INPUT', 'The fixture lacks its document.');
  return { document: main.artifact, assets: uploads.filter((upload) => upload !== main) };
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
