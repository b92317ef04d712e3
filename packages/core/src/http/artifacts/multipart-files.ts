import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { isPubpipeError, PubpipeError, toPubpipeError } from '../../errors/pubpipe-error.ts';
import { unlessAborted } from '../../errors/unless-aborted.ts';

/** A file in a form. */
export interface FormFile {
  readonly fileName: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** Aborts when the form turns out not to be whole. */
  readonly signal: AbortSignal;
}

/** What is read, and how much of it. */
export interface FormSource {
  readonly content: AsyncIterable<Uint8Array>;
  /** The media type with its boundary. */
  readonly contentType: string;
  readonly maxFiles: number;
}

const maxFields = 100;
const maxFieldBytes = 65_536;

/**
 * Reads the files of a `multipart/form-data` body (RFC 7578), one after the other, no faster than `onFile` takes
 * them. Fields that are no files are passed over. When it has settled, no `onFile` is at work.
 *
 * @throws PubpipeError `INVALID_INPUT` when the form is not whole, or a file has no field name or no file name.
 * @throws PubpipeError `CONTENT_TOO_LARGE` when it has too many files or fields.
 * @throws PubpipeError what the content or `onFile` throws.
 */
export async function readFormFiles(source: FormSource, onFile: (file: FormFile) => Promise<void>): Promise<void> {
  const failure = new AbortController();
  const fail = (error: unknown): void => failure.abort(toFormError(error));
  const streams = new Set<BusboyFileStream>();
  const parser = openParser(source);
  let tail = Promise.resolve();
  const finished = new Promise<void>((resolve) => parser.once('finish', resolve));
  parser.on('error', fail);
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) {
    parser.on(limit, () => fail(tooMany(source.maxFiles)));
  }
  parser.on('file', (fieldName: string | undefined, stream, fileName: string | undefined) => {
    streams.add(stream);
    // The parser says it too.
    stream.on('error', fail);
    tail = tail.then(async () => {
      failure.signal.throwIfAborted();
      if (!fieldName || !fileName) throw new PubpipeError('INVALID_INPUT', 'A file in the form has no name.');
      await onFile({ fileName, content: stream, signal: failure.signal });
    });
    tail.catch(fail);
  });
  try {
    for await (const chunk of source.content) {
      await unlessAborted(written(parser, chunk), failure.signal);
    }
    parser.end();
    await unlessAborted(finished, failure.signal);
    await unlessAborted(tail, failure.signal);
  } catch (error) {
    fail(error);
    throw failure.signal.reason;
  } finally {
    for (const stream of streams) stream.destroy();
    parser.destroy();
    await Promise.allSettled([tail]);
  }
}

function openParser({ contentType, maxFiles }: FormSource) {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      // Names with folders are refused by whoever stores the file; cut off they would look harmless.
      preservePath: true,
      limits: { files: maxFiles, fields: maxFields, fieldSize: maxFieldBytes, headerPairs: 100, headerSize: 16_384 },
    });
  } catch (error) {
    throw toFormError(error);
  }
}

const written = (parser: BusboyInstance, chunk: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    parser.write(chunk, (error?: Error | null) => (error ? reject(error) : resolve()));
  });

const toFormError = (error: unknown): PubpipeError =>
  isPubpipeError(error)
    ? error
    : toPubpipeError(error, 'INVALID_INPUT', 'The form is not a whole multipart/form-data.');

function tooMany(maxFiles: number): PubpipeError {
  const details = { maxFiles, maxFields };
  return new PubpipeError('CONTENT_TOO_LARGE', `A form has at most ${maxFiles} files and ${maxFields} fields.`, {
    details,
  });
}
