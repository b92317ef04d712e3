/** What `--help` prints. */
export const usage = `Renders Scribus documents as PDF and as page images.

Usage: pubpipe-render [options] DOCUMENT...
       pubpipe-render merge TEMPLATE --data FILE [options]   (pubpipe-render merge --help)

A DOCUMENT is a .sla or .sla.gz file; images and fonts beside it are found as in Scribus. It can be
a .zip too, of what Scribus' "Collect for Output" wrote.

Outputs. Without --pdf, --png and --jpeg, a PDF is written beside each document: flyer.sla becomes
flyer.pdf.
  --pdf FILE|DIR            write the PDF there; with several documents, DIR/flyer.pdf each
  --png DIR, --jpeg DIR     write page images there: DIR/flyer-page-0001.png, or .jpg, and so on
  --dpi N                   resolution of page images, 18 to 1200 (default 72)
  --pages LIST              only these pages, such as 1-3,5

The PDF. Without a profile it has the settings that are saved in the document.
  --profile NAME            screen, print, pdf/x-1a, pdf/x-3 or pdf/x-4
  --bleed WIDTH             on all sides, such as 3mm or 8.5pt; or document, or none
  --marks LIST              of crop, bleed, registration, colour-bars, document-info; or none
  --output-intent NAME      printer profile of a PDF/X, as the profile itself is named
  --options FILE            more settings, as JSON: PdfOptions of @pubpipe/core. The flags above
                            go before it

The document check:
  --preflight FILE|DIR|-    write its report there, as JSON; with several documents,
                            DIR/flyer.preflight.json each. - prints it, of one document
  --fail-on LIST|none       refuse documents for these findings only: missing-image,
                            unreadable-image, low-resolution-image, rgb-image, missing-font,
                            overset-text, missing-bleed, missing-profile (default: missing-image,
                            unreadable-image, and for print and pdf/x-* missing-font, overset-text)

What a document may use:
  --input-directory DIR     let documents in DIR link files anywhere in DIR, such as ../images/a.tif
                            (default: only files in the document's own directory and below)
  --font-directory DIR      fonts for all documents, besides the system's; can be repeated
  --profile-directory DIR   the same for ICC profiles
  --sandbox MODE            required, preferred (default) or off

Running:
  --jobs N                  documents that are rendered at once (default: as processors and memory allow)
  --timeout SECONDS         upper bound of each document (default 120)
  --scribus COMMAND         how to start Scribus, split at spaces (default: scribus)
  --json                    print one JSON object a line for each document, when it has ended
  --help, --version

Outputs appear whole or not at all, and replace files of the same name. A document that fails
leaves no output but the report of the check that it failed. Progress is shown on a terminal,
unless CI is set.

Scribus runs with a HOME of its own: fonts in ~/.fonts or ~/.local/share/fonts and colour profiles
in ~/.local/share/color are not seen. Name their directories, or install them for all users.

Exit codes:
  0  all documents were rendered
  1  something unexpected
  2  wrong usage, or what was asked for is not there: a document, a page
  3  Scribus can't be started, or not in the sandbox that is required
  4  a document was refused: it is damaged, unsafe, or of a newer Scribus
  5  a document failed the check
  6  Scribus crashed, refused the export, or wrote something else than was asked
  7  time or another limit ran out
  8  an output, or what is printed, can't be written
  9  several documents failed, for reasons of several kinds: see what was printed, or --json
  129, 130, 143  ended by SIGHUP, by Ctrl-C, by SIGTERM; 141 nobody reads its output any more
After 3 and the last, no other document is begun. No Scribus is left running after any.
`;
