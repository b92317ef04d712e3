import type { Redis } from 'ioredis';

/** The host's connection, which notes the copies that are made of it. */
export function notingCopies(connection: Redis) {
  const copies: Redis[] = [];
  const noting = Object.create(connection) as Redis;
  noting.duplicate = (options) => {
    const copy = connection.duplicate(options);
    copies.push(copy);
    return copy;
  };
  return { connection: noting, copies };
}
