// Loads every entry of a package in both ways that Node has, from where an application would.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Resolves with the number of entries. A CommonJS application gets the very same objects by `require`. */
export async function loadEntries(name) {
  const require = createRequire(import.meta.url);
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, 'node_modules', name, 'package.json'), 'utf8'));
  const entries = Object.keys(manifest.exports).filter((entry) => !entry.endsWith('.json'));
  for (const entry of entries) {
    const specifier = name + entry.slice(1);
    const imported = await import(specifier);
    const required = require(specifier);
    assert.ok(Object.keys(imported).length > 0, `${specifier} exports nothing`);
    for (const [key, value] of Object.entries(imported)) assert.equal(required[key], value, `${specifier}: ${key}`);
  }
  return entries.length;
}
