import type { NamedFile } from './named-file.ts';

/**
 * The files that were dropped, those in folders too. Has to be called while the event is being dealt with: after that
 * the browser has forgotten them.
 */
export async function droppedFiles({ items }: DataTransfer): Promise<NamedFile[]> {
  const found = Array.from(items, (item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const lists = await Promise.all(
    found.map(async ({ entry, file }) => {
      if (entry !== null) return await filesOf(entry);
      return file === null ? [] : [{ path: file.name, file }];
    }),
  );
  return lists.flat();
}

async function filesOf(entry: FileSystemEntry): Promise<NamedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    return [{ path: entry.fullPath.replace(/^\/+/, ''), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    // A folder comes in parts, and an empty one says that it was the last.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) break;
    children.push(...part);
  }
  return (await Promise.all(children.map(filesOf))).flat();
}
