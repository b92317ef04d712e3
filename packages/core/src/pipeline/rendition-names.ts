import { type AssetName, parseAssetName } from '../ports/asset-name.ts';
import type { JpegRendition, PngRendition, RenditionRequest } from '../ports/renditions.ts';

const endings = { png: 'png', jpeg: 'jpg' } as const;

/** A set of page images, as far as their names go. */
type NamedPageImages = Pick<PngRendition | JpegRendition, 'kind' | 'prefix'>;

/**
 * The name of a page's image in the output directory.
 *
 * @throws PubpipeError `INVALID_INPUT` when the prefix can't begin a name.
 */
export const pageImageName = ({ kind, prefix = 'page-' }: NamedPageImages, page: number): AssetName =>
  parseAssetName(`${prefix}${String(page).padStart(4, '0')}.${endings[kind]}`);

/** The name of a PDF in the output directory. */
export const pdfName = (fileName: AssetName | undefined): AssetName => fileName ?? parseAssetName('document.pdf');

/** Says which two renditions could get the same name, or need a folder where the other has a file. */
export function findNameCollision(renditions: readonly RenditionRequest[]): string | undefined {
  const claims = renditions.map(toClaim);
  for (const [index, claim] of claims.entries()) {
    const other = claims.findIndex(
      (candidate, at) => at !== index && claim.paths.some((path) => candidate.isFile(path)),
    );
    if (other !== -1) return `${index} and ${other} would write to the same name: ${claim.name}`;
  }
  return undefined;
}

interface NameClaim {
  /** One of its files. */
  readonly name: AssetName;
  /** That file and the folders above it, which are the same for all of its files. */
  readonly paths: readonly string[];
  readonly isFile: (path: string) => boolean;
}

function toClaim(rendition: RenditionRequest): NameClaim {
  if (rendition.kind === 'pdf') {
    const name = pdfName(rendition.fileName);
    return { name, paths: pathsOf(name), isFile: (path) => path === name };
  }
  const name = pageImageName(rendition, 1);
  const [before, after] = [name.slice(0, name.lastIndexOf('0001')), `.${endings[rendition.kind]}`];
  const isFile = (path: string): boolean =>
    path.startsWith(before) && path.endsWith(after) && /^\d{4,}$/.test(path.slice(before.length, -after.length));
  return { name, paths: pathsOf(name), isFile };
}

/** `a/b/c` is in `a/b`, which is in `a`. */
const pathsOf = (name: string): readonly string[] =>
  name.split('/').map((_, index, segments) => segments.slice(0, index + 1).join('/'));
