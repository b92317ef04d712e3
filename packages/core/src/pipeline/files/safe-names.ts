// What Windows keeps for devices, with or without an ending (Naming Files, Paths, and Namespaces, Microsoft Learn).
const deviceName = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/i;
// What no Windows name may have, and what could not be seen or would turn the reading direction.
const forbidden = /[<>:"/\\|?*\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const maxBytes = 120;

/** Makes a text into one part of a path that every system takes and that leads nowhere else. */
export function toSafeSegment(text: string): string {
  const [stem, ending] = splitEnding(text.normalize('NFC').replaceAll(forbidden, '_'));
  const name = `${cut(stem, maxBytes - Buffer.byteLength(ending))}${ending}`.replace(/[. ]+$/, '_');
  return deviceName.test(name) || name === '' ? `_${name}` : name;
}

/** The same for a path, part by part. */
export const toSafePath = (path: string): string => path.split('/').map(toSafeSegment).join('/');

/**
 * Names that are unique on every system: those that differ only in case would be one file on many. The first keeps its name,
 * the next one gets a number.
 */
export class UniquePaths {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();
  /** With which number to go on for a name: of very many that are alike, each would try all before it. */
  readonly #numbers = new Map<string, number>();

  /** Takes a path that is safe, or one like it that is free. */
  take(path: string): string {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    let folder = '';
    for (const part of parts) {
      folder = this.#free(folder, part, (key) => !this.#files.has(key));
      this.#folders.add(keyOf(folder));
      folder += '/';
    }
    const taken = this.#free(folder, name, (key) => !this.#files.has(key) && !this.#folders.has(key));
    this.#files.add(keyOf(taken));
    return taken;
  }

  /** The name in its folder, or the first with a number that is free. */
  #free(folder: string, name: string, isFree: (key: string) => boolean): string {
    if (isFree(keyOf(folder + name))) return folder + name;
    const [stem, ending] = splitEnding(name);
    for (let number = this.#numbers.get(keyOf(folder + name)) ?? 2; ; number += 1) {
      const candidate = `${folder}${stem}-${number}${ending}`;
      if (!isFree(keyOf(candidate))) continue;
      // A folder that is there already may be found again under this number.
      this.#numbers.set(keyOf(folder + name), number);
      return candidate;
    }
  }
}

const keyOf = (path: string): string => path.toUpperCase().toLowerCase();

function splitEnding(name: string): readonly [stem: string, ending: string] {
  const ending = /(?<=.)\.[0-9a-z]{1,8}$/i.exec(name)?.[0] ?? '';
  return [name.slice(0, name.length - ending.length), ending];
}

/** As many whole characters as fit into so many bytes of UTF-8. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let length = 0;
  let end = 0;
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}
