import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Requests } from './s3-requests.ts';

/** A bucket, and how requests for it are made. */
export interface BucketAccess {
  readonly client: S3Client;
  readonly requests: S3Requests;
  readonly bucket: string;
}
