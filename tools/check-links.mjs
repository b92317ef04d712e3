// Every link between the texts of this repository leads to a file that is there, and to a heading that it has.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { findBrokenLinks } from './find-broken-links.mjs';
import { listFiles } from './read-markdown.mjs';
import { root } from './workspace-packages.mjs';

const texts = new Map(listFiles('.md').map((file) => [file, readFileSync(join(root, file), 'utf8')]));
const { links, broken } = findBrokenLinks(texts, listFiles(''));
for (const line of broken) console.error(line);
console.log(`${texts.size} texts, ${links} links between them, ${broken.length} broken`);
process.exitCode = links > 0 && broken.length === 0 ? 0 : 1;
