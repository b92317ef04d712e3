import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { BucketAccess } from './bucket-access.ts';

/** What a listing says of an object. */
export interface ListedObject {
  readonly name: string;
  readonly byteSize: number;
  readonly modifiedAt: Date;
  readonly etag: string | undefined;
}

/** Lists the objects whose name begins with `namePrefix`, page by page; `run` makes the request for each. */
export async function* listObjects(
  { client, requests, bucket: Bucket }: BucketAccess,
  namePrefix: string,
  run: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>,
): AsyncGenerator<ListedObject, void, undefined> {
  let ContinuationToken: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket,
      Prefix: namePrefix,
      ContinuationToken,
      // Else XML decides what becomes of spaces at a name's ends and of characters that it can't hold.
      EncodingType: 'url',
    });
    const page: ListObjectsV2CommandOutput = await run(
      async (signal) => await requests.repeat(signal, (options) => client.send(command, options)),
    );
    for (const { Key, Size, LastModified, ETag } of page.Contents ?? []) {
      if (Key === undefined || Size === undefined || LastModified === undefined) continue;
      yield { name: decodeName(Key), byteSize: Size, modifiedAt: LastModified, etag: ETag };
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}

function decodeName(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}
