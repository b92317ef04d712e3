import SQLite from 'better-sqlite3';

/**
 * A content without an artifact is an upload that is under way, or that was killed. Its blocks have the same length but
 * for the last, so that a range is found without reading what lies before it.
 */
const schema = `
CREATE TABLE IF NOT EXISTS contents (
  id TEXT PRIMARY KEY,
  begun_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS blocks (
  content_id TEXT NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (content_id, number)
) STRICT;
CREATE TABLE IF NOT EXISTS artifacts (
  key TEXT PRIMARY KEY,
  content_id TEXT NOT NULL UNIQUE REFERENCES contents (id),
  byte_size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  modified_at INTEGER NOT NULL
) STRICT;
`;

/** Opens the file, and makes its tables when they are missing. */
export function openConnection(file: string): SQLite.Database {
  const connection = new SQLite(file, { timeout: 10_000 });
  // With a log of its own (WAL) a reader neither waits for writers nor sees them; what was confirmed survives a power cut.
  for (const setting of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON']) connection.pragma(setting);
  connection.exec(schema);
  return connection;
}
