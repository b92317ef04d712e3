import { constants } from 'node:fs';
import { lstat, open, realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type FileKind, isForGhostscript, isSvgName, kindBytes, kindOf } from './file-kind.ts';
import type { LinkedFile } from './linked-files.ts';
import { isInside } from './linked-path.ts';
import { SvgScreen } from './svg-screen.ts';
import { type UnsafeReason, unsafeDocument } from './unsafe-document.ts';

/** How linked files are looked at. */
export interface FileInspection {
  /** The input directory as it really is. */
  readonly realRoot: string;
  /** Whether what is unsafe is refused; otherwise only the kinds of files are told. */
  readonly screened: boolean;
  readonly signal: AbortSignal;
}

const filesAtOnce = 16;

/**
 * Looks at the files that a document links: whether they lie where they say, are plain files, and what they are by
 * content. Those that are not there are no fault here.
 *
 * @returns whether one of them is for Ghostscript.
 * @throws PubpipeError `UNSAFE_DOCUMENT` when `screened`.
 */
export async function inspectLinkedFiles(files: readonly LinkedFile[], inspection: FileInspection): Promise<boolean> {
  let forGhostscript = false;
  for (let first = 0; first < files.length; first += filesAtOnce) {
    inspection.signal.throwIfAborted();
    const some = files.slice(first, first + filesAtOnce);
    const kinds = await Promise.all(some.map((file) => inspectFile(file, inspection)));
    forGhostscript ||= kinds.some(isForGhostscript);
  }
  return forGhostscript;
}

async function inspectFile(file: LinkedFile, { realRoot, screened, signal }: FileInspection): Promise<FileKind> {
  const refuse = (reason: UnsafeReason, what: string, value = file.value) => {
    if (screened) throw unsafeDocument({ reason, what, element: file.element, line: file.line, value });
    return 'other' as const;
  };
  if (file.outside) {
    if (await mayLeadSomewhere(file.path, realRoot)) refuse('path-outside', 'links a file outside of its directory');
    return 'other';
  }
  const real = await realpath(file.path).catch(() => undefined);
  if (real === undefined) {
    const link = await lstat(file.path).catch(() => undefined);
    return link?.isSymbolicLink() ? refuse('symlink', 'links a symbolic link that leads nowhere') : 'other';
  }
  if (!isInside(real, [realRoot])) return refuse('symlink', 'links a file by a symbolic link that leads outside');
  const found = await stat(real);
  if (found.isDirectory()) return 'other';
  if (!found.isFile()) return refuse('special-file', 'links something that is no plain file');
  return readKind(real, { svg: isSvgName(file.path), signal, refuse });
}

/**
 * Whether a path that climbs out of the input directory could lead to anything. Documents that moved have such links
 * to places of another computer: where not even the first name on the way down is there, the image is just missing.
 * Nothing deeper is looked at, so that a document can't ask what there is.
 */
async function mayLeadSomewhere(path: string, realRoot: string): Promise<boolean> {
  let next = path;
  while (!isInside(realRoot, [dirname(next)])) next = dirname(next);
  return lstat(next).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
}

async function readKind(
  path: string,
  options: {
    readonly svg: boolean;
    readonly signal: AbortSignal;
    readonly refuse: (reason: UnsafeReason, what: string, value: string) => unknown;
  },
): Promise<FileKind> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  // A file that can't be read by us can't be read by Scribus, which has no more rights.
  const file = await open(path, flags).catch(() => undefined);
  if (file === undefined) return 'other';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(kindBytes), 0, kindBytes, 0);
    const kind = kindOf(buffer.subarray(0, bytesRead));
    if (!options.svg && kind !== 'svg') return kind;
    const screen = new SvgScreen();
    const source = file.createReadStream({ start: 0, autoClose: false, signal: options.signal });
    const feed = async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) {
        screen.read(piece);
        if (screen.fault !== undefined) break;
      }
    };
    if (kind === 'gzip') await pipeline(source, createGunzip(), feed).catch(() => undefined);
    else await pipeline(source, feed);
    screen.end();
    const { fault } = screen;
    if (fault !== undefined)
      options.refuse(fault.reason, `links the drawing ${basename(path)}, which ${fault.what}`, fault.value);
    return kind;
  } finally {
    await file.close();
  }
}
