/** A file, as far as planning looks at it. */
interface PathOnly {
  readonly path: string;
}

/** A job to be: a document and the files beside it, under the names by which the document knows them. */
export interface PlannedJob<Item extends PathOnly> {
  readonly document: Item;
  readonly assets: readonly Item[];
  /** The records that the document is to be filled with. */
  readonly data?: Item;
}

/** The jobs that files make, or why they make none. */
export type Plan<Item extends PathOnly> = { readonly jobs: readonly PlannedJob<Item>[] } | { readonly refusal: string };

const documentForm = /\.(?:sla|sla\.gz|scd|scd\.gz)$/i;
const dataForm = /\.(?:csv|tsv|tab|json|ndjson|jsonl)$/i;
const zipForm = /\.zip$/i;
// What operating systems and Scribus leave beside files.
const litterForm = /(?:^|\/)(?:\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)|\.autosave$/i;

/**
 * Makes jobs of what was dropped: each document is one, with all other files beside it; a zip is a document with its
 * own files in it.
 */
export function planJobs<Item extends PathOnly>(files: readonly Item[]): Plan<Item> {
  const named = withoutSharedFolder(files.filter(({ path }) => !litterForm.test(path)));
  const zips = named.filter(({ path }) => zipForm.test(path));
  const documents = named.filter(({ path }) => documentForm.test(path));
  const others = named.filter(({ path }) => !zipForm.test(path) && !documentForm.test(path));
  if (zips.length + documents.length === 0) {
    return { refusal: 'There is no Scribus document among these files. Its name ends with .sla, .sla.gz or .zip.' };
  }
  if (documents.length === 0 && others.length > 0) {
    return { refusal: 'A zip has to hold all files of its document: these others belong to none.' };
  }
  return {
    jobs: [...documents.map((document) => ({ document, assets: others })), ...zips.map((zip) => onlyName(zip))],
  };
}

/** Makes a merge of what was dropped: a document as the template, a file of records, and what lies beside them. */
export function planMerge<Item extends PathOnly>(files: readonly Item[]): Plan<Item> {
  const named = withoutSharedFolder(files.filter(({ path }) => !litterForm.test(path)));
  const documents = named.filter(({ path }) => documentForm.test(path));
  const tables = named.filter(({ path }) => dataForm.test(path));
  const [document, data] = [documents[0], tables[0]];
  if (document === undefined || data === undefined || documents.length + tables.length > 2) {
    return {
      refusal:
        'To fill a document with records, choose one document and one file of records together: a .sla and a .csv, .tsv, .json or .ndjson.',
    };
  }
  return { jobs: [{ document, data, assets: named.filter((file) => file !== document && file !== data) }] };
}

/** The last part of a path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The name of a document without its ending. */
export const stemOf = (name: string): string => name.replace(/\.(?:sla|sla\.gz|scd|scd\.gz|zip)$/i, '');

const onlyName = <Item extends PathOnly>(zip: Item): PlannedJob<Item> => ({
  document: { ...zip, path: baseName(zip.path) },
  assets: [],
});

/** Names as they are within the folder that all files came in. */
function withoutSharedFolder<Item extends PathOnly>(files: readonly Item[]): Item[] {
  const [first = ''] = files.map(({ path }) => path);
  const folder = first.slice(0, first.indexOf('/') + 1);
  if (folder === '' || !files.every(({ path }) => path.startsWith(folder))) return [...files];
  return withoutSharedFolder(files.map((file) => ({ ...file, path: file.path.slice(folder.length) })));
}
