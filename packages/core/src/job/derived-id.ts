import { v5 } from 'uuid';

/** A UUIDv5 (RFC 9562) made of `name` within the namespace `id`, which is a UUID: always the same one for the same two. */
export function derivedId(id: string, name: string): string {
  return v5(name, id);
}
