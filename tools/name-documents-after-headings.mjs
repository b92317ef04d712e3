import { Converter, ReflectionKind } from 'typedoc';

/** A typedoc plugin: texts are called after their first heading, which is where GitHub's readers find their name. */
export function load({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const document of project.getReflectionsByKind(ReflectionKind.Document)) {
      const heading = /^# (?<title>.+)$/m.exec(document.content[0]?.text ?? '')?.groups.title;
      if (heading !== undefined) document.name = heading.replaceAll('`', '');
    }
  });
}
