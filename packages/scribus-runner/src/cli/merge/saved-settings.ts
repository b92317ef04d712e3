import { dirname, resolve } from 'node:path';
import { parseAssetName } from '@pubpipe/core/driver';
import { type DataEncoding, openTemplate } from '../../merge/index.ts';
import { placeDocument } from '../input-directory.ts';
import { lookAt } from '../output-target.ts';
import { UsageError } from '../usage-error.ts';
import type { MergeArguments, MergeCommandLine } from './parse-merge-arguments.ts';

/** A command line with what was kept in the template, and what of that can't be carried out. */
export interface CompleteCommandLine {
  readonly commandLine: MergeCommandLine;
  readonly ignored: readonly string[];
}

const encodings: Readonly<Record<string, DataEncoding>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'utf-8-sig': 'utf-8',
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
  cp1252: 'windows-1252',
  'windows-1252': 'windows-1252',
  latin1: 'windows-1252',
  'latin-1': 'windows-1252',
  'iso-8859-1': 'windows-1252',
};

/** Fills in what a command line leaves open, if it asks for that. Throws a {@link UsageError} where there is nothing to fill in. */
export async function completeCommandLine(line: MergeArguments, signal: AbortSignal): Promise<CompleteCommandLine> {
  const { template, data, loadSettings, inputDirectory } = line;
  if (!loadSettings) return withData({ ...line, data }, []);
  if (lookAt(template)?.isFile() !== true) throw new UsageError(`There is no file ${template}.`);
  const place = placeDocument(template, inputDirectory);
  const where = { inputDirectory: place.inputDirectory, document: parseAssetName(place.name) };
  const { savedSettings } = await openTemplate(where, { signal });
  return withSavedSettings(line, savedSettings);
}

function withData({ data, ...line }: MergeArguments, ignored: readonly string[]): CompleteCommandLine {
  if (data === undefined) throw new UsageError('There is no data: say --data FILE.');
  return { commandLine: { ...line, data }, ignored };
}

/**
 * Fills in what a command line leaves open from the settings that ScribusGenerator (2 and 3) keeps in a template, as JSON.
 * Its paths are as seen from the template. Throws a {@link UsageError} where there are none, or they make no sense.
 */
export function withSavedSettings(commandLine: MergeArguments, script: string | undefined): CompleteCommandLine {
  const settings = parse(commandLine, script);
  const textOf = (...names: readonly string[]): string | undefined => {
    const value = names.map((name) => settings[name]).find((found) => found !== undefined && found !== null);
    return typeof value === 'string' || typeof value === 'number' ? String(value) || undefined : undefined;
  };
  const pathOf = (...names: readonly string[]) => {
    const path = textOf(...names);
    return path === undefined ? undefined : resolve(dirname(commandLine.template), path);
  };
  const recordOf = (name: string) => {
    const text = textOf(name);
    if (text !== undefined && !/^[1-9]\d{0,8}$/.test(text))
      throw new UsageError(`The settings in ${commandLine.template} have "${name}": "${text}", which is no record.`);
    return text === undefined ? undefined : Number(text);
  };
  const encoding = textOf('csvencoding');
  const separator = textOf('separator');
  const isDelimiter = separator !== undefined && /^[^"\r\n]$/u.test(separator);
  const known = encoding === undefined ? undefined : encodings[encoding.toLowerCase()];
  const ignored = [
    ...(encoding !== undefined && known === undefined ? [`encoding ${encoding}`] : []),
    ...(separator !== undefined && !isDelimiter ? [`separator ${separator}`] : []),
    ...(textOf('outformat') === 'Scribus' ? ['Scribus files as output'] : []),
  ];
  // A directory for page images alone leaves no PDFs to be put anywhere.
  const wantsPdf = commandLine.png === undefined && commandLine.jpeg === undefined;
  const isMerged = Number(settings['single']) === 1 && (wantsPdf || commandLine.out !== undefined);
  const filled = {
    ...commandLine,
    data: commandLine.data ?? pathOf('datafile', 'csvfile'),
    out: commandLine.out ?? (wantsPdf ? pathOf('outdir') : undefined),
    outName: commandLine.outName ?? textOf('outname'),
    delimiter: commandLine.delimiter ?? (isDelimiter ? separator : undefined),
    encoding: commandLine.encoding ?? known,
    from: commandLine.from ?? recordOf('from'),
    to: commandLine.to ?? recordOf('to'),
    merge: commandLine.merge || isMerged,
  };
  return withData(filled, ignored);
}

function parse({ template }: MergeArguments, script: string | undefined): Readonly<Record<string, unknown>> {
  if (script === undefined) throw new UsageError(`--load-settings: there are none in ${template}.`);
  try {
    const settings: unknown = JSON.parse(script);
    if (typeof settings === 'object' && settings !== null && !Array.isArray(settings))
      return settings as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UsageError(`--load-settings: those in ${template} are damaged.`);
}
