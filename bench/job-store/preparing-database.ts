import { Pool } from 'pg';
import type { Db } from 'pg-boss';
import { poolSize } from './bench-database.ts';

/** What pg-boss can be given in place of its own pool: one whose statements with values the server keeps. */
export function preparingDatabase(connectionString: string): Db & AsyncDisposable {
  const pool = new Pool({ connectionString, max: poolSize });
  const names = new Map<string, string>();
  return {
    async executeSql(text, values = []) {
      if (values.length === 0) return await pool.query(text);
      const name = names.get(text) ?? `pg_boss_${names.size}`;
      names.set(text, name);
      return await pool.query({ name, text, values });
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
