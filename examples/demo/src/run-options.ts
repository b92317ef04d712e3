import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { documentNames, findTemplateFolder } from './documents.ts';

/** What the command line asks for. */
export interface RunOptions {
  /** Names of the documents to render. */
  readonly only: readonly string[];
  /** Absolute path of the folder for the state and the results. */
  readonly output: string;
  /** Absolute path of Scribus' templates; absent when they are not at a usual place. */
  readonly templates: string | undefined;
}

export const usage = `npm run demo [-- options]
  --only NAME,NAME     render only these of: ${documentNames.join(', ')}
  --output FOLDER      where the results go (default: demo-output in this repository)
  --templates FOLDER   where Scribus' templates are (default: the usual places)`;

/**
 * Reads the command line; undefined means that help is wanted.
 *
 * @throws Error with a sentence for the user when an argument is wrong.
 */
export function parseRunOptions(args: readonly string[]): RunOptions | undefined {
  const string = { type: 'string' } as const;
  const options = { only: string, output: string, templates: string, help: { type: 'boolean', short: 'h' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help === true) return undefined;
  const only = values.only?.split(',') ?? documentNames;
  const unknown = only.find((name) => !documentNames.includes(name));
  if (unknown !== undefined)
    throw new Error(`There is no document "${unknown}". There are: ${documentNames.join(', ')}.`);
  return {
    only,
    output: resolve(values.output ?? fileURLToPath(new URL('../../../demo-output', import.meta.url))),
    templates: values.templates === undefined ? findTemplateFolder() : resolve(values.templates),
  };
}
