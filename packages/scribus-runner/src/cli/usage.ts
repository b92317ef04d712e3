/** What `--help` prints. */
export const usage = `Renders Scribus documents as PDF and as page images.

Usage: pubpipe-render [options] DOCUMENT...

A DOCUMENT is a .sla or .sla.gz file; images and fonts beside it are found as in Scribus.
Without --pdf and --png, a PDF is written beside each document: flyer.sla becomes flyer.pdf.

  --pdf FILE|DIR            write the PDF there; with several documents, DIR/flyer.pdf each
  --png DIR                 write page images there: DIR/flyer-page-0001.png and so on
  --dpi N                   resolution of page images, 18 to 1200 (default 72)
  --timeout SECONDS         upper bound of each document (default 120)
  --jobs N                  documents that are rendered at once (default: as processors and memory allow)
  --allow-missing-images    render also when linked images are missing; they are reported
  --scribus COMMAND         how to start Scribus, split at spaces (default: scribus)
  --json                    print one JSON object a line: events progress, rendered, failed,
                            and stopped when it ends early
  --help, --version

Outputs appear whole or not at all, and replace files of the same name. A document that fails
leaves no output.

Scribus runs with a HOME of its own: fonts in ~/.fonts or ~/.local/share/fonts and colour profiles
in ~/.local/share/color are not seen. Install them for all users, in /usr/local/share/fonts and
/usr/share/color/icc, or name fonts in a fontconfig file in FONTCONFIG_FILE.

Exit codes: 0 all documents were rendered; 1 some failed; 2 wrong usage; 3 Scribus or poppler
can't be started; 130 interrupted (143 terminated, 129 hung up, 141 nobody reads its output): then
no Scribus is left running.
`;
