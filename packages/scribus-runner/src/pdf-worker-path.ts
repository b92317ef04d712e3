/** The script of the threads that read PDFs: in the package as it was built, or in its sources. */
export const pdfWorkerPath = new URL(
  import.meta.url.endsWith('.ts') ? 'pdf/pdf-worker.ts' : 'pdf/pdf-worker.js',
  import.meta.url,
);
