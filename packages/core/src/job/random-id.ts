import { v7 } from 'uuid';

/** A new UUIDv7 (RFC 9562): unique, and later ones of the same process sort after earlier ones. */
export function randomId(): string {
  return v7();
}
