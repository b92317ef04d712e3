/** What `merge --help` prints. */
export const mergeUsage = `Fills a Scribus template with the records of a data file, and renders each as a PDF.

Usage: pubpipe-render merge TEMPLATE --data FILE [options]

The TEMPLATE is a .sla or .sla.gz file with %VAR_name% where the column "name" of the data belongs,
as in ScribusGenerator. %SG_NEXT-RECORD% goes on to the next record in the same document.

The data: .csv, .tsv or .txt with a header, .json (an array of objects), .ndjson or .jsonl
  --data FILE               where the records are
  --format NAME             csv, json or ndjson (default: as the file's name says)
  --encoding NAME           utf-8, utf-16le, utf-16be or windows-1252 (default: found out)
  --delimiter CHARACTER     between the cells of CSV, or tab (default: found out)
  --empty-values MODE       remove: an empty value goes with the separator before it, and a paragraph
                            or frame of which nothing is left (default). keep-separators: the
                            separator stays. keep: all stays, unknown variables too
  --line-breaks MODE        in values. keep (default), or space: they and tabs become spaces
  --load-settings           what ScribusGenerator has kept in the template, where no flag says
                            something else: data, its encoding and delimiter, output directory and
                            names, first and last record, one PDF of all. Paths are as seen from
                            the template
  --from N, --to N          only these records; the first is 1. Names are the same as without

Outputs. Without --out, --png and --jpeg, the PDFs are written beside the template.
  --out DIR                 write the PDFs there
  --png DIR, --jpeg DIR     write page images there, and no PDFs unless --out is said too
  --sla DIR                 write the filled documents there too, for Scribus; images stay where they are
  --out-name PATTERN        names without an ending, such as '%VAR_COUNT%-%VAR_email%'; a / makes
                            folders (default: %VAR_COUNT%, the record's number)
  --proof LIST              page images of these records' documents too, as PNG, to look at before all are
                            printed: such as 1,17,200-203, at most 1000. 1-proof-0001.png lies beside
                            1.pdf, or in the directory of the page images where there are no PDFs
  --proof-dpi N             their resolution, 18 to 1200 (default 72)
  --proof-directory DIR     write them there instead
  -m, --merge               join all PDFs to one in the order of the records, with a bookmark each,
                            named after the template. It needs qpdf
  --single                  with --merge: write the PDF of each record too
  --report FILE             write what became of each record there, as JSON
  --on-record-error MODE    report: the others go on (default). stop: nothing more is begun.
                            skip: like report, but a failed record doesn't fail the command
  --no-fast-path            write and open a document for each record, also where the template could be
                            opened once and its texts edited; the pages are the same
  --records-per-process N   how many records one process makes of an open template, 1 to 1000
                            (default 25). With 1 no process ever sees two of them, and it takes longer
  --dpi N, --pages LIST, --profile NAME, --bleed WIDTH, --marks LIST, --output-intent NAME,
  --options FILE, --fail-on LIST, --input-directory DIR, --font-directory DIR,
  --profile-directory DIR, --sandbox MODE, --jobs N, --timeout SECONDS, --scribus COMMAND, --json
                            as in pubpipe-render --help

All data is read once before anything is rendered. A record whose document fails leaves no output
and doesn't hold the others back. After an interruption, go on with --from and the number that was
printed. While a record is rendered, its document lies beside the template under a hidden name.

Exit codes are those of pubpipe-render: 0 when every record was rendered; 4 for data that can't be
read and records that can't be used, 5 where a document failed the check, 9 for several kinds.
`;
