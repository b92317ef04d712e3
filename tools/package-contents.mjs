// What is to be found in a packed package, and what is not.
import { posix } from 'node:path';
import ts from 'typescript';

const always = ['package.json', 'README.md', 'LICENSE'];
const allowed = [
  /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|PROTOCOL\.md)$/,
  /^dist\/.+\.(?:js|d\.ts|js\.map)$/,
  // What browsers get, and the licence of what is in it.
  /^dist\/page\/client\/[\w-]+\.(?:css|html|svg|txt)$/,
  /^src\/.+\.ts$/,
  /^scripter\/.+\.py$/,
];

/**
 * What is wrong with the files of a package, as sentences.
 *
 * @param files - the text of each file by its path in the package
 */
export function findPackingMistakes(files) {
  const manifest = JSON.parse(files.get('package.json') ?? '{}');
  return [
    ...always.filter((file) => !files.has(file)).map((file) => `${file} is missing`),
    ...[...files.keys()].filter((file) => !isAllowed(file)).map((file) => `${file} is not meant to be shipped`),
    ...mistakesOfManifest(manifest, files),
    ...[...files].flatMap(([file, text]) => (isCode(file) ? brokenImports(file, text, files, manifest) : [])),
    ...[...files].flatMap(([file, text]) => (file.endsWith('.map') ? brokenSources(file, text, files) : [])),
  ];
}

const isAllowed = (file) => allowed.some((pattern) => pattern.test(file)) && !/\.test\./.test(file);
const isCode = (file) => /^dist\/.+\.(?:js|d\.ts)$/.test(file);

function mistakesOfManifest({ exports = {}, bin = {}, dependencies = {}, peerDependencies = {} }, files) {
  const conditions = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : Object.keys(entry)));
  const targets = [exports, bin].flatMap((entries) =>
    Object.values(entries).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry))),
  );
  const ranges = Object.entries({ ...dependencies, ...peerDependencies });
  return [
    ...targets
      .map((target) => posix.normalize(target))
      .filter((target) => !files.has(target))
      .map((target) => `package.json names ${target}, which is missing`),
    ...(conditions.some((name) => name.startsWith('@')) ? ['package.json exports the sources'] : []),
    ...ranges
      .filter(([, range]) => /^(?:workspace|catalog|file|link):/.test(range))
      .map(([name, range]) => `package.json asks for ${name} as ${range}, which nobody else can resolve`),
  ];
}

function brokenImports(file, text, files, { name, dependencies = {}, peerDependencies = {} }) {
  const known = new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies })]);
  const targets = new Set(ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName));
  return [...targets].flatMap((target) => {
    if (target.startsWith('node:')) return [];
    if (target.startsWith('.')) {
      const there = posix.join(posix.dirname(file), target);
      // A declaration speaks of the JavaScript beside it, and reads the declaration of that.
      const wanted = file.endsWith('.d.ts') ? there.replace(/\.js$/, '.d.ts') : there;
      return files.has(wanted) ? [] : [`${file} imports ${target}, which is missing`];
    }
    const asked = /^(?:@[^/]+\/)?[^/]+/.exec(target)[0];
    return known.has(asked) ? [] : [`${file} imports ${target}, which package.json does not ask for`];
  });
}

function brokenSources(file, text, files) {
  const { sources } = JSON.parse(text);
  return sources
    .map((source) => posix.join(posix.dirname(file), source))
    .filter((source) => !files.has(source))
    .map((source) => `${file} maps to ${source}, which is missing`);
}
