/**
 * What a bill of materials leaves out or says wrongly, as sentences.
 *
 * @param installed - `name@version` of what is installed with the package; without a version where any will do
 */
export function findSbomMistakes({ metadata, components, dependencies }, { name, version, installed }) {
  const known = new Set(
    components.flatMap((component) => [nameOf(component), `${nameOf(component)}@${component.version}`]),
  );
  const described = new Set(dependencies.map(({ ref }) => ref));
  return [
    ...(nameOf(metadata.component) === name && metadata.component.version === version
      ? []
      : [`it is of ${nameOf(metadata.component)}@${metadata.component.version}`]),
    ...installed.filter((each) => !known.has(each)).map((each) => `${each} is missing`),
    ...components
      .filter(({ licenses = [] }) => licenses.length === 0)
      .map((component) => `${nameOf(component)} has no licence`),
    ...components
      .filter((component) => !described.has(component['bom-ref']))
      .map((component) => `nothing is said of what ${nameOf(component)} depends on`),
  ];
}

const nameOf = ({ group, name }) => (group === undefined ? name : `${group}/${name}`);
