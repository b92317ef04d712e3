/** A file as it was dropped or chosen, with its path below the folder that it came in. */
export interface NamedFile {
  readonly path: string;
  readonly file: File;
}

/** The files of a chooser. */
export function chosenFiles(files: FileList | null): NamedFile[] {
  return Array.from(files ?? [], (file) => ({ path: file.webkitRelativePath || file.name, file }));
}
