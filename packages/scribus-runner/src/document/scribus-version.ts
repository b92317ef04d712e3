/** The parts of a version such as `1.5.8` or `1.6.0.svn`; undefined if the text doesn't begin like one. */
function parseScribusVersion(text: string): readonly [number, number, number] | undefined {
  const [, major, minor, patch] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return [Number(major), Number(minor), Number(patch ?? 0)];
}

/**
 * How a document's version relates to the installed one. Scribus refuses documents of a `newer-series`
 * (1.6 on 1.5) and reads most of a `newer-patch` (1.5.9 on 1.5.8).
 */
export function compareToInstalled(
  documentVersion: string,
  installedVersion: string,
): 'newer-series' | 'newer-patch' | 'not-newer' {
  const document = parseScribusVersion(documentVersion);
  const installed = parseScribusVersion(installedVersion);
  if (document === undefined || installed === undefined) return 'not-newer';
  const series = document[0] - installed[0] || document[1] - installed[1];
  if (series !== 0) return series > 0 ? 'newer-series' : 'not-newer';
  return document[2] > installed[2] ? 'newer-patch' : 'not-newer';
}
