import type { S3Client } from '@aws-sdk/client-s3';
import { PubpipeError } from '@pubpipe/core';

/** How servers that don't know the SDK's default checksums refuse them. */
const refusals: ReadonlySet<unknown> = new Set([
  'MissingContentLength',
  'NotImplemented',
  'InvalidArgument',
  'XAmzContentSHA256Mismatch',
]);

/**
 * The failure of an upload as it is, or, where the server may have refused it for the checksums that
 * the client adds by default, an error that says how to set up the client.
 */
export async function explainChecksumRefusal(client: S3Client, failure: PubpipeError): Promise<PubpipeError> {
  if (!refusals.has(failure.details['error'])) return failure;
  if ((await client.config.requestChecksumCalculation()) === 'WHEN_REQUIRED') return failure;
  const message =
    'The S3 server refused an upload as the client sends it: create the S3Client with ' +
    "requestChecksumCalculation: 'WHEN_REQUIRED' for servers that don't know the SDK's default checksums.";
  return new PubpipeError('INVALID_INPUT', message, {
    details: { ...failure.details, option: 'requestChecksumCalculation', value: 'WHEN_REQUIRED' },
    cause: failure,
  });
}
