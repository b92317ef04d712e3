import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { throwIfCancelled } from '@pubpipe/core/driver';
import { type FileKind, isForGhostscript, isSvgName, kindBytes, kindOf } from './file-kind.ts';
import { isHarmlessImage, mayHavePlates } from './image-rules.ts';
import type { LinkedFile } from './linked-files.ts';
import { isInside } from './linked-path.ts';
import { PlateScan } from './plate-scan.ts';
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

/** How the content of a file is looked at. */
interface KindOptions extends Omit<FileInspection, 'realRoot'> {
  /** As the document names it. */
  readonly name: string;
  readonly refuse: (reason: UnsafeReason, what: string, value?: string) => unknown;
}

const filesAtOnce = 16;
const notForUs: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'ENOENT', 'ENXIO']);

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
  return readKind(real, { name: file.path, screened, signal, refuse });
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

async function readKind(path: string, options: KindOptions): Promise<FileKind> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    // A file that can't be read by us can't be read by Scribus, which has no more rights. Any other reason is ours.
    if (notForUs.has(error.code)) return undefined;
    throw error;
  });
  if (file === undefined) return 'other';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(kindBytes), 0, kindBytes, 0);
    const head = buffer.subarray(0, bytesRead);
    const kind = kindOf(head);
    if (options.screened) await screenContent(file, head, { ...options, kind });
    return kind;
  } finally {
    await file.close();
  }
}

async function screenContent(
  file: FileHandle,
  head: Buffer,
  { name, kind, signal, refuse }: KindOptions & { readonly kind: FileKind },
): Promise<void> {
  const image = basename(name);
  const source = () => {
    // A stream that is born aborted tells of it when the loop that reads it has ended: nobody would listen.
    throwIfCancelled(signal);
    return file.createReadStream({ start: 0, autoClose: false, signal });
  };
  if (isSvgName(name) || kind === 'svg') {
    const { fault } = await screenDrawing(source(), kind === 'gzip');
    if (fault !== undefined) refuse(fault.reason, `links the drawing ${image}, which ${fault.what}`, fault.value);
  } else if (mayHavePlates(name, kind)) {
    const scan = new PlateScan();
    for await (const piece of source()) scan.read(piece as Buffer);
    if (scan.found) refuse('plate-outside', `links the image ${image}, whose colours lie in another folder`);
  } else if (!isHarmlessImage(name, head)) {
    refuse('image-kind', `links ${image}, which is no image of a kind that is known to be harmless`);
  }
}

async function screenDrawing(source: Readable, isPacked: boolean): Promise<SvgScreen> {
  const screen = new SvgScreen();
  const feed = async (pieces: AsyncIterable<Buffer>) => {
    for await (const piece of pieces) {
      screen.read(piece);
      if (screen.fault !== undefined) break;
    }
  };
  try {
    await (isPacked ? pipeline(source, createGunzip(), feed) : pipeline(source, feed));
  } catch (error) {
    // What was found in it before says more.
    if (screen.fault !== undefined) return screen;
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_') !== true) throw error;
    // Scribus may have got further than we.
    screen.breakOff(code);
  }
  screen.end();
  return screen;
}
