import { join } from 'node:path';
import { type AssetName, cancelled, PubpipeError, toPubpipeError } from '@pubpipe/core/driver';
import { isCollectedName, isPackedName } from '../../document/document-names.ts';
import { readDocumentText } from '../../document/document-text.ts';
import { MergeTemplate } from './merge-template.ts';
import { resolveTemplateLanguage, type TemplateLanguage } from './template-language.ts';

/** Where a template lies. */
export interface TemplatePlace {
  /** Absolute path of the directory with the template and the files beside it. */
  readonly inputDirectory: string;
  /** The template's path inside `inputDirectory`; `.sla` or `.sla.gz`. */
  readonly document: AssetName;
}

/** A template that has been read. */
export interface OpenedTemplate extends TemplatePlace {
  /** Names of its variables, each once. */
  readonly variables: readonly string[];
  /** How many records one document takes: one more than the template has `%SG_NEXT-RECORD%`. */
  readonly recordsPerDocument: number;
  /** Object attributes of ScribusGenerator that can't be carried out, as name and path. */
  readonly refusedAttributes: readonly string[];
  /** Why its documents can't be made by editing the open template; undefined where they can. */
  readonly fastPathRefused: string | undefined;
  /** The settings that ScribusGenerator has kept in it, as JSON; they change nothing here. */
  readonly savedSettings: string | undefined;
}

const maxTemplateBytes = 64 * 1024 * 1024;
const templates = new WeakMap<OpenedTemplate, MergeTemplate>();

/**
 * Reads a template, which is held whole while it is used; at most 64 MiB of it.
 *
 * @throws PubpipeError `DOCUMENT_UNREADABLE`, `DOCUMENT_TRUNCATED`, `UNSAFE_DOCUMENT` when it is no whole Scribus document.
 * @throws PubpipeError `INVALID_INPUT` for a zip, and for a choice that there is not.
 * @throws PubpipeError `CANCELLED` when `signal` aborts first.
 */
export async function openTemplate(
  { inputDirectory, document }: TemplatePlace,
  {
    signal = new AbortController().signal,
    ...language
  }: TemplateLanguage & { readonly signal?: AbortSignal | undefined } = {},
): Promise<OpenedTemplate> {
  const resolved = resolveTemplateLanguage(language);
  if (isCollectedName(document)) {
    throw new PubpipeError('INVALID_INPUT', 'A template in a zip has to be unpacked first.');
  }
  const path = join(inputDirectory, document);
  const pieces: string[] = [];
  try {
    const reading = { packed: isPackedName(document), maxBytes: maxTemplateBytes, signal };
    for await (const piece of readDocumentText(path, reading)) pieces.push(piece);
  } catch (error) {
    if (signal.aborted) throw cancelled(signal);
    throw toPubpipeError(error, 'DOCUMENT_UNREADABLE', "The template can't be read from disk.");
  }
  const template = new MergeTemplate(pieces.join(''), resolved);
  await template.prepare();
  const { variables, recordsPerDocument, refusedAttributes, savedSettings, editing } = template;
  const opened = Object.freeze({
    inputDirectory,
    document,
    variables,
    recordsPerDocument,
    refusedAttributes,
    savedSettings,
    fastPathRefused: editing.reason,
  });
  templates.set(opened, template);
  return opened;
}

/** What is behind an opened template. Throws `INVALID_INPUT` for what `openTemplate` has not returned. */
export function templateOf(opened: OpenedTemplate): MergeTemplate {
  const template = templates.get(opened);
  if (template === undefined)
    throw new PubpipeError('INVALID_INPUT', 'The template is none that openTemplate returned.');
  return template;
}
