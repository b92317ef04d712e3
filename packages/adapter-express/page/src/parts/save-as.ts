// Long enough for a browser that asks where to save it.
const keptMs = 60_000;

/** Has the browser save bytes as a file. */
export function saveAs(content: Blob, fileName: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), keptMs);
}

/** Has the browser save what is under an address, under the name that the answer gives it. */
export function saveFrom(address: URL): void {
  const link = document.createElement('a');
  link.href = address.href;
  link.download = '';
  link.click();
}
