import { writeSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import { PdfFault } from '../pdf/pdf-fault.ts';
import { PdfFile } from '../pdf/pdf-file.ts';
import { isArray, isDictionary, nameOf, PdfRef, PdfStream, type PdfValue } from '../pdf/pdf-value.ts';
import type { PdfPlace } from '../pdf/pdf-xref.ts';

// Scribus names what lies on master pages after its address in memory: /master_page_obj_PAGE_HASH.
const namedByAddress = /^(master_page_obj_\d+_)\d+$/;
const entries = /(?:\/master_page_obj_\d+_\d+ \d+ 0 R\s+){2,}/g;
const maxContentBytes = 256 * 1024 * 1024;
const pieceBytes = 1024 * 1024;

/**
 * Writes a copy of a PDF in which what Scribus names after its address in memory is named after its number in
 * the file. Their names have other lengths in each run, so objects move, and the table of objects with them.
 * Answers false, and opens nothing, when there is no such name. Throws a {@link PdfFault}.
 */
export function copyNamedByNumber(descriptor: number, openTarget: () => number): boolean {
  const file = new PdfFile(descriptor);
  if (file.trailer.has('Encrypt') || file.trailer.has('Prev') || !file.hasPlainTable) return false;
  const names = findNames(file);
  if (names.size === 0) return false;
  const rename = renaming(names);
  const contents = findContents(file);
  const output = new Output(openTarget());
  const offsets = new Map<number, number>();
  const places = sortedPlaces(file);
  let copied = 0;
  for (const [index, { number, offset }] of places.entries()) {
    output.copy(file, copied, offset);
    offsets.set(number, output.position);
    const end = places[index + 1]?.offset ?? file.tableOffset;
    const value = file.object(number);
    const stream = value instanceof PdfStream ? value : undefined;
    const replaced =
      contents.has(number) && stream !== undefined ? renameContent(file, number, stream, rename) : undefined;
    if (replaced === undefined) {
      const head = stream?.start ?? end;
      output.write(Buffer.from(rename(file.bytes.readOnce(offset, head - offset).toString('latin1')), 'latin1'));
      copied = head;
    } else {
      output.write(replaced.bytes);
      copied = replaced.end;
    }
  }
  output.copy(file, copied, file.tableOffset);
  output.write(tableOf(file, offsets, output.position));
  return true;
}

/** What to call what: pages take their form from the resources that all pages share. */
function findNames(file: PdfFile): ReadonlyMap<string, string> {
  const pages = file.dictionary(file.dictionary(file.trailer.get('Root'), 'its catalog').get('Pages'), 'a page');
  const resources = file.resolve(pages.get('Resources'));
  const forms = isDictionary(resources) ? file.resolve(resources.get('XObject')) : null;
  const names = new Map<string, string>();
  if (!isDictionary(forms)) return names;
  for (const [name, form] of forms) {
    const [, start] = namedByAddress.exec(name) ?? [];
    if (start !== undefined && form instanceof PdfRef) names.set(name, `${start}${form.number}`);
  }
  return names;
}

/** Nobody who writes a document can know an address: whatever has such a name is one. */
const renaming =
  (names: ReadonlyMap<string, string>) =>
  (text: string): string =>
    text
      .replace(/\/(master_page_obj_\d+_\d+)\b/g, (whole, name: string) => {
        const better = names.get(name);
        return better === undefined ? whole : `/${better}`;
      })
      // They stand in the order of their names.
      .replace(entries, (run) => sortEntries(run));

function sortEntries(run: string): string {
  const items = run.match(/\/master_page_obj_\d+_\d+ \d+ 0 R/g) ?? [];
  const numbers = (item: string) => (item.match(/\d+/g) ?? []).map(Number);
  const sorted = items.toSorted((a, b) => {
    const [[pageA = 0, formA = 0], [pageB = 0, formB = 0]] = [numbers(a), numbers(b)];
    return pageA - pageB || formA - formB;
  });
  let next = 0;
  return run.replace(/\/master_page_obj_\d+_\d+ \d+ 0 R/g, () => sorted[next++] ?? '');
}

function findContents(file: PdfFile): ReadonlySet<number> {
  const found = new Set<number>();
  for (let number = 1; number < file.objectCount; number += 1) {
    const page = file.object(number);
    if (!isDictionary(page) || nameOf(page.get('Type')) !== 'Page') continue;
    const contents: PdfValue = page.get('Contents') ?? null;
    for (const item of isArray(contents) ? contents : [contents]) if (item instanceof PdfRef) found.add(item.number);
  }
  return found;
}

/** An object with a page's drawing, in new names; undefined when it has none of the old ones. */
function renameContent(
  file: PdfFile,
  number: number,
  stream: PdfStream,
  rename: (text: string) => string,
): { readonly bytes: Buffer; readonly end: number } | undefined {
  const filter = file.resolve(stream.dictionary.get('Filter'));
  const packed = nameOf(filter) === 'FlateDecode';
  if ((filter !== null && !packed) || stream.dictionary.size > 2) return undefined;
  const length = file.streamLength(stream);
  if (length > maxContentBytes) throw new PdfFault('the drawing of a page is too long');
  const raw = file.bytes.readOnce(stream.start, length);
  const text = (packed ? inflate(raw) : raw).toString('latin1');
  const renamed = rename(text);
  if (renamed === text) return undefined;
  const plain = Buffer.from(renamed, 'latin1');
  const content = packed ? deflateSync(plain) : plain;
  const dictionary = `<< /Length ${content.length}\n${packed ? '/Filter /FlateDecode ' : ''}>>`;
  return {
    bytes: Buffer.concat([Buffer.from(`${number} 0 obj\n${dictionary}\nstream\n`), content]),
    end: stream.start + length,
  };
}

function inflate(packed: Buffer): Buffer {
  try {
    return inflateSync(packed, { maxOutputLength: maxContentBytes });
  } catch (error) {
    throw new PdfFault('the drawing of a page can not be unpacked', { cause: error });
  }
}

function sortedPlaces(file: PdfFile): readonly { readonly number: number; readonly offset: number }[] {
  const places: { number: number; offset: number }[] = [];
  for (let number = 0; number < file.objectCount; number += 1) {
    const place: PdfPlace | undefined = file.place(number);
    if (place?.offset !== undefined) places.push({ number, offset: place.offset });
  }
  places.sort((a, b) => a.offset - b.offset);
  if ((places.at(-1)?.offset ?? 0) < file.tableOffset) return places;
  throw new PdfFault('its objects are in disorder');
}

function tableOf(file: PdfFile, offsets: ReadonlyMap<number, number>, start: number): Buffer {
  const rows = Array.from({ length: file.objectCount }, (_, number) => {
    const offset = offsets.get(number);
    return offset === undefined ? '0000000000 65535 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const end = file.bytes.readOnce(file.tableOffset, file.bytes.size - file.tableOffset).toString('latin1');
  const trailer = end.slice(end.lastIndexOf('trailer')).replace(/startxref\s+\d+/, `startxref\n${start}`);
  return Buffer.from(`xref\n0 ${rows.length}\n${rows.join('')}${trailer}`, 'latin1');
}

/** Writes a file from its beginning. */
class Output {
  readonly #descriptor: number;
  position = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  copy(file: PdfFile, start: number, end: number): void {
    for (let at = start; at < end; at += pieceBytes)
      this.write(file.bytes.readOnce(at, Math.min(pieceBytes, end - at)));
  }

  write(bytes: Buffer): void {
    for (let count = 0; count < bytes.length; ) {
      const written = writeSync(this.#descriptor, bytes, count, bytes.length - count, this.position);
      count += written;
      this.position += written;
    }
  }
}
