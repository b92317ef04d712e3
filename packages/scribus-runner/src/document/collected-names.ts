import { isPubpipeError, PubpipeError, parseAssetName } from '@pubpipe/core/driver';
import { isDocumentName } from './document-names.ts';
import { unsafeDocument } from './screening/unsafe-document.ts';

// What file managers add: nothing that Scribus collected.
const additions = /^__MACOSX(?:\/|$)|(?:^|\/)(?:\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)$/;
const maxListed = 20;
const maxDepth = 32;

/** The names in a zip, each checked before anything is written under it. */
export class CollectedNames {
  /** By what file systems that ignore case and composition take for the same name. */
  readonly #kinds = new Map<string, 'file' | 'folder'>();
  readonly #files: string[] = [];

  /**
   * Checks the name of an entry.
   *
   * @returns the path inside the target, and whether it is a folder; undefined for what file managers add.
   * @throws PubpipeError `UNSAFE_DOCUMENT` when the name leads elsewhere, is no UTF-8, or comes twice.
   */
  add(raw: Uint8Array): { readonly path: string; readonly isFolder: boolean } | undefined {
    const name = parseName(raw);
    const isFolder = name.endsWith('/');
    const path = isFolder ? name.slice(0, -1) : name;
    checkPath(path);
    if (additions.test(path)) return undefined;
    this.#claim(path, isFolder ? 'folder' : 'file');
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      this.#claim(path.slice(0, end), 'folder');
    }
    if (!isFolder) this.#files.push(path);
    return { path, isFolder };
  }

  /**
   * The one document that was collected: the only one at the top, or else the only one in a folder at the top.
   *
   * @throws PubpipeError `INVALID_INPUT` when there is none, or more than one; details `candidates`.
   */
  document(): string {
    const documents = this.#files.filter((path) => isDocumentName(path));
    for (const depth of [1, 2]) {
      const candidates = documents.filter((path) => path.split('/').length === depth);
      const [first, second] = candidates;
      if (first !== undefined && second === undefined) return first;
      if (second !== undefined) {
        throw new PubpipeError('INVALID_INPUT', `The zip has ${candidates.length} documents instead of one.`, {
          details: { candidates: candidates.slice(0, maxListed) },
        });
      }
    }
    throw new PubpipeError('INVALID_INPUT', 'The zip has no document at its top or in a folder at its top.', {
      details: { candidates: documents.slice(0, maxListed) },
    });
  }

  #claim(path: string, kind: 'file' | 'folder'): void {
    const key = path.normalize('NFKC').toLowerCase();
    const known = this.#kinds.get(key);
    if (known !== undefined && (kind === 'file' || known === 'file')) {
      throw unsafeDocument({
        reason: 'zip-duplicate',
        what: 'is in a zip that has two files of one name',
        value: path,
      });
    }
    this.#kinds.set(key, kind);
  }
}

function parseName(raw: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    const value = Buffer.from(raw).toString('latin1');
    throw unsafeDocument({ reason: 'zip-name', what: 'is in a zip with a file name that is not UTF-8', value });
  }
}

function checkPath(path: string): void {
  const what = 'is in a zip with a file name that leads elsewhere, or that no file can have';
  const refused = unsafeDocument({ reason: 'zip-name', what, value: path });
  try {
    parseAssetName(path);
  } catch (error) {
    throw isPubpipeError(error) ? refused : error;
  }
  if (path.split('/').length > maxDepth) throw refused;
}
