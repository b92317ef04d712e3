// The direction of the dependencies, as ARCHITECTURE.md draws it: who may import whom.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { findMistakes } from './import-rules.mjs';
import { listImports } from './list-imports.mjs';
import { root } from './workspace-packages.mjs';

const sources = ['packages/*/src/**/*.ts', 'packages/*/page/src/**/*.{ts,tsx}'];
const files = globSync(sources, { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
const imports = files.flatMap((file) => listImports(file, readFileSync(join(root, file), 'utf8')));
const mistakes = findMistakes(imports);

for (const mistake of mistakes) console.error(mistake);
console.log(`${files.length} files, ${imports.length} imports, ${mistakes.length} against the rules`);
process.exitCode = imports.length > 0 && mistakes.length === 0 ? 0 : 1;
