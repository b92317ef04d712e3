// Every dependency, of the packages and of the tools, has a licence that lets anyone use and ship it.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { isAllowed } from './licence-expression.mjs';

const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
]);

/** Packages with another licence, and why that is all right. */
const exceptions = [
  {
    name: /^lightningcss(-|$)/,
    licence: 'MPL-2.0',
    reason: 'vite, which runs the tests, brings it; it is not changed and nothing of it is shipped',
  },
  {
    name: /^axe-core$/,
    licence: 'MPL-2.0',
    reason: 'it looks at the page in a test; it is not changed and nothing of it is shipped',
  },
];

const { stdout, status } = spawnSync('pnpm', ['licenses', 'list', '--json'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (status !== 0) throw new Error('pnpm could not list the licences');

const packages = Object.entries(JSON.parse(stdout)).flatMap(([licence, list]) =>
  list.map(({ name, versions }) => ({ name, versions, licence })),
);
const excepted = ({ name, licence }) =>
  exceptions.some((exception) => exception.name.test(name) && exception.licence === licence);
const refused = packages.filter((dependency) => !isAllowed(dependency.licence, allowed) && !excepted(dependency));

for (const { name, versions, licence } of refused) console.error(`${name}@${versions.join(', ')}: ${licence}`);
console.log(`${packages.length} dependencies, ${refused.length} with a licence that is not on the list`);
process.exitCode = packages.length > 0 && refused.length === 0 ? 0 : 1;
