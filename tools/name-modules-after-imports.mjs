import { Converter, ReflectionKind } from 'typedoc';

/** A typedoc plugin: modules are called as a reader imports them, `@pubpipe/core/kysely`, not after their files. */
export function load({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      module.name = `@pubpipe/${module.name.replace(/\/src\b/, '')}`;
    }
  });
}
