// ARCHITECTURE.md says of every dependency of every manifest why it is there, and of no other.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { compareDependencies, readDependencyTables } from './dependency-table.mjs';
import { listFiles } from './read-markdown.mjs';
import { root } from './workspace-packages.mjs';

const manifests = listFiles('package.json').map((file) => ({
  folder: dirname(file),
  manifest: JSON.parse(readFileSync(join(root, file), 'utf8')),
}));
const tables = readDependencyTables(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
const [shipped = [], own = []] = tables.values();
const mistakes = compareDependencies({ shipped, own }, manifests);
for (const mistake of mistakes) console.error(mistake);
console.log(
  `${manifests.length} manifests, ${shipped.length} and ${own.length} names in the tables, ${mistakes.length} mistakes`,
);
process.exitCode = tables.size === 2 && mistakes.length === 0 ? 0 : 1;
