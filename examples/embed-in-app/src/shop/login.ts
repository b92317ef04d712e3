import { createHash, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ShopDatabase } from './shop-database.ts';

/** Who is logged in. */
export interface Customer {
  readonly id: number;
  readonly name: string;
}

/** The shop's own login: a password, and then a cookie that names a session. */
export function createLogin(db: ShopDatabase) {
  return {
    /** Adds a customer. */
    async register(name: string, password: string): Promise<void> {
      const salt = randomBytes(16).toString('hex');
      const passwordHash = `${salt}:${scryptSync(password, salt, 32).toString('hex')}`;
      await db.insertInto('customers').values({ name, passwordHash }).execute();
    },

    /** Begins a session, and returns its cookie; undefined when name or password is wrong. */
    async logIn(name: string, password: string): Promise<string | undefined> {
      const customer = await db.selectFrom('customers').selectAll().where('name', '=', name).executeTakeFirst();
      const [salt = '', hash = ''] = customer?.passwordHash.split(':') ?? [];
      const given = scryptSync(password, salt, 32);
      const isRight = hash.length === 64 && timingSafeEqual(given, Buffer.from(hash, 'hex'));
      if (customer === undefined || !isRight) return undefined;
      const token = randomBytes(32).toString('base64url');
      await db
        .insertInto('sessions')
        .values({ tokenHash: hashOf(token), customerId: customer.id })
        .execute();
      return `session=${token}; HttpOnly; SameSite=Strict; Path=/`;
    },

    /** Whose session a request's cookie names. */
    async customerOf({ headers }: Pick<IncomingMessage, 'headers'>): Promise<Customer | undefined> {
      const token = /(?:^|; )session=([\w-]{43})(?:;|$)/.exec(headers.cookie ?? '')?.[1];
      if (token === undefined) return undefined;
      return await db
        .selectFrom('sessions')
        .innerJoin('customers', 'customers.id', 'sessions.customerId')
        .select(['customers.id', 'customers.name'])
        .where('tokenHash', '=', hashOf(token))
        .executeTakeFirst();
    },
  };
}

export type Login = ReturnType<typeof createLogin>;

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
