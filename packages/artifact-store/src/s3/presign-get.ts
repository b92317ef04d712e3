import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type PresignGetOptions, PubpipeError } from '@pubpipe/core';

const maxSeconds = 7 * 24 * 3_600;

/** A URL that answers GET with the object until it expires. */
export async function presignGet(
  client: S3Client,
  { bucket, name }: { readonly bucket: string; readonly name: string },
  { expiresInMs, fileName, mediaType }: PresignGetOptions,
): Promise<string> {
  const expiresIn = Math.ceil(expiresInMs / 1_000);
  if (!(expiresIn >= 1 && expiresIn <= maxSeconds)) {
    throw new PubpipeError('INVALID_INPUT', 'expiresInMs must be more than 0, and at most seven days.');
  }
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: name,
    ResponseContentDisposition: fileName === undefined ? undefined : contentDisposition(fileName),
    ResponseContentType: mediaType,
  });
  return await getSignedUrl(client, command, { expiresIn });
}

/** Saves under any name (RFC 6266, RFC 8187), with a plain one for what reads only that. */
function contentDisposition(fileName: string): string {
  if (!fileName.isWellFormed()) throw new PubpipeError('INVALID_INPUT', 'The file name must be well-formed text.');
  const plain = fileName.replaceAll(/[^ -~]|["\\%]/g, '_');
  const encoded = encodeURIComponent(fileName).replaceAll(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
