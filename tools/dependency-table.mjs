// Reads "## Dependencies" of ARCHITECTURE.md, and compares it with what the manifests ask for.

/** The names in backticks in the first column of each table of that section, by its subheading. */
export function readDependencyTables(text) {
  const section = /^## Dependencies\n(?<section>(?:(?!^## ).*\n?)*)/m.exec(text)?.groups.section ?? '';
  const tables = new Map();
  let heading = '';
  for (const line of section.split('\n')) {
    heading = /^### (.+)$/.exec(line)?.[1] ?? heading;
    const cell = /^\|([^|]*)\|/.exec(line)?.[1] ?? '';
    const names = [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    if (names.length > 0) tables.set(heading, [...(tables.get(heading) ?? []), ...names]);
  }
  return tables;
}

/**
 * What the tables and the manifests don't agree about, as sentences.
 *
 * @param tables - names by table: `shipped` for what users install with a package, `own` for the rest
 * @param manifests - each `package.json` with its `folder`
 */
export function compareDependencies({ shipped, own }, manifests) {
  const mistakes = [];
  const asked = new Set();
  for (const { folder, manifest } of manifests) {
    const isShipped = folder.startsWith('packages/');
    const { dependencies = {}, peerDependencies = {}, devDependencies = {}, optionalDependencies = {} } = manifest;
    const forUsers = Object.keys({ ...dependencies, ...peerDependencies }).filter(isForeign);
    const forUs = Object.keys({ ...devDependencies, ...optionalDependencies }).filter(isForeign);
    for (const name of [...forUsers, ...forUs]) asked.add(name);
    const missing = isShipped
      ? [...forUsers.filter((name) => !has(shipped, name)), ...forUs.filter((name) => !has([...shipped, ...own], name))]
      : [...forUsers, ...forUs].filter((name) => !has([...shipped, ...own], name));
    for (const name of missing) mistakes.push(`${folder}/package.json: ${name} has no row`);
  }
  for (const entry of [...shipped, ...own])
    if (![...asked].some((name) => matches(entry, name))) mistakes.push(`ARCHITECTURE.md: nothing asks for ${entry}`);
  return mistakes;
}

const isForeign = (name) => !name.startsWith('@pubpipe/');
const has = (entries, name) => entries.some((entry) => matches(entry, name));
/** `@types/*` stands for all of a scope. */
const matches = (entry, name) => (entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : entry === name);
