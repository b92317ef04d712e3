/** What each folder of packages/core/src may import from the others. */
const coreFolders = {
  errors: [],
  ports: ['errors'],
  job: ['errors', 'ports'],
  storing: ['errors', 'ports'],
  notifying: ['errors', 'ports', 'job'],
  pipeline: ['errors', 'ports', 'job', 'storing'],
  webhooks: ['errors', 'ports', 'job', 'pipeline'],
  http: ['errors', 'ports', 'job', 'storing', 'pipeline', 'webhooks'],
  worker: ['errors', 'ports', 'job', 'storing', 'pipeline'],
  driver: ['errors', 'ports', 'job', 'storing', 'notifying', 'pipeline'],
  kysely: ['errors', 'ports', 'job', 'storing', 'notifying'],
  memory: ['errors', 'ports', 'job', 'storing', 'notifying'],
  prometheus: ['errors', 'ports', 'job'],
  opentelemetry: ['errors', 'ports'],
  testing: ['errors', 'ports', 'job', 'storing'],
};

/** The ports speak of jobs, whose logic speaks of the ports: types may go both ways, code only one. */
const typesOnly = { ports: ['job'] };

/** Drivers and the operating system: core outside these folders knows neither. */
const outsideWorld = [
  'kysely',
  'pg',
  'better-sqlite3',
  'prom-client',
  '@opentelemetry/api',
  'node:fs',
  'node:fs/promises',
  'node:child_process',
];
const foldersOfDrivers = { kysely: ['kysely'], prometheus: ['prom-client'], opentelemetry: ['@opentelemetry/api'] };

/** Describes each import that goes against the rules, given those of all files but the tests. */
export function findMistakes(imports) {
  return [
    ...imports.flatMap((entry) => {
      const mistake = mistakeBetweenPackages(entry) ?? mistakeWithinCore(entry) ?? mistakeInBrowser(entry);
      return mistake === undefined ? [] : [`${entry.file}:${entry.line}: ${mistake}`];
    }),
    ...findScattered(imports),
    ...findHeavy(imports),
  ];
}

/** What every driver loads, and programs that use only one: nothing that is installed comes with it. */
const lightEntry = 'packages/core/src/driver/index.ts';

function findHeavy(imports) {
  const code = imports.filter((entry) => !entry.typesOnly);
  const byFile = Map.groupBy(code, ({ file }) => file);
  const loaded = new Set([lightEntry]);
  for (const file of loaded) for (const { target } of byFile.get(file) ?? []) loaded.add(target);
  return [...loaded].filter(isThirdParty).map((target) => `${lightEntry}: it loads ${target}`);
}

function mistakeBetweenPackages({ file, target }) {
  const self = file.split('/')[1];
  const [, byPath] = /^packages\/([^/]+)\//.exec(target) ?? [];
  if (byPath !== undefined && byPath !== self) return `reaches into packages/${byPath} instead of importing it by name`;
  const [, byName] = /^@pubpipe\/([^/]+)/.exec(target) ?? [];
  if (byName === undefined || (byName === 'core' && self !== 'core')) return undefined;
  return byName === self ? 'imports its own package by name' : `${self} must not import @pubpipe/${byName}`;
}

function mistakeWithinCore({ file, target, typesOnly: isTypesOnly }) {
  const from = coreFolderOf(file);
  if (from === undefined) return undefined;
  if (outsideWorld.includes(target) && !foldersOfDrivers[from]?.includes(target))
    return `core/${from} must not import ${target}`;

  const to = coreFolderOf(target);
  if (to === undefined || to === from || from === 'index.ts') return undefined;
  const permitted = [...(coreFolders[from] ?? []), ...(isTypesOnly ? (typesOnly[from] ?? []) : [])];
  return permitted.includes(to) ? undefined : `core/${from} must not import core/${to}`;
}

/** What runs in browsers brings along only what is made for them: of our own packages, types. */
function mistakeInBrowser({ file, target, typesOnly: isTypesOnly }) {
  if (!/^packages\/[^/]+\/page\//.test(file)) return undefined;
  const isOurs = target.startsWith('@pubpipe/') || /^packages\/[^/]+\/src\//.test(target);
  if (target.startsWith('node:') || (isOurs && !isTypesOnly)) return `the page must not import code of ${target}`;
  return undefined;
}

function coreFolderOf(path) {
  return /^packages\/core\/src\/([^/]+)/.exec(path)?.[1];
}

/** A schema stands where what it describes is used: hiding the language they are written in would hide them too. */
const languages = ['zod'];

/** A library that one file or folder hides can be replaced there. */
function findScattered(imports) {
  const users = Map.groupBy(
    imports.filter(({ target }) => isThirdParty(target) && !languages.includes(nameOfLibrary(target))),
    ({ file, target }) => `${file.split('/')[1]} imports ${nameOfLibrary(target)}`,
  );
  return [...users].flatMap(([use, entries]) => {
    const files = [...new Set(entries.map(({ file }) => file))];
    if (files.length === 1) return [];
    return commonFolder(files).split('/').length > 3 ? [] : [`${use} in more than one folder: ${files.join(', ')}`];
  });
}

function isThirdParty(target) {
  return !/^(?:node:|@pubpipe\/|packages\/)/.test(target);
}

function nameOfLibrary(target) {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function commonFolder(files) {
  const [first, ...others] = files.map((file) => file.split('/').slice(0, -1));
  const differs = first.findIndex((part, index) => others.some((parts) => parts[index] !== part));
  return first.slice(0, differs === -1 ? first.length : differs).join('/');
}
