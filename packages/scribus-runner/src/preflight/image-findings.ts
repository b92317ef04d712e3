import type { PreflightExpectations, PreflightFinding, PreflightImage } from '@pubpipe/core/driver';
import type { ScribusFacts } from '../protocol/answer.ts';
import { on } from './where.ts';

// These are drawn anew at whatever size: Scribus counts pixels only of what it made of them for the screen.
const notMadeOfPixels = /\.(?:eps|epsi|eps2|eps3|epsf|ps|prn|pdf|ai|svgz?)$/i;

/** Puts an image into the words of the port. */
export function toImage(
  { page, object, file, state, space, scale }: ScribusFacts['images'][number],
  isPrinted: (page: number | undefined, object: string | undefined) => boolean,
): PreflightImage {
  const place = { page: page ?? undefined, object: object ?? undefined };
  const ppi = (pointsPerPixel: number | undefined) =>
    pointsPerPixel === undefined || !(pointsPerPixel > 0) ? undefined : Math.round(720 / pointsPerPixel) / 10;
  const pixels = notMadeOfPixels.test(file) ? undefined : scale;
  return {
    file,
    ...place,
    state,
    printed: isPrinted(place.page, place.object),
    colorSpace: space ?? undefined,
    ppiX: ppi(pixels?.[0]),
    ppiY: ppi(pixels?.[1]),
  };
}

/** What is wrong with an image. */
export function imageFindings(image: PreflightImage, expected: PreflightExpectations): readonly PreflightFinding[] {
  const { file, page, object, state, colorSpace, ppiX, ppiY } = image;
  const place = { page, object, file };
  if (!image.printed) return [];
  if (state === 'missing' || state === 'unreadable') {
    const [check, what] =
      state === 'missing'
        ? (['missing-image', 'is missing'] as const)
        : (['unreadable-image', "can't be read"] as const);
    return [{ check, severity: 'error', message: `The image "${file}"${on(page)} ${what}.`, ...place }];
  }
  const findings: PreflightFinding[] = [];
  const ppi = Math.min(ppiX ?? Number.POSITIVE_INFINITY, ppiY ?? Number.POSITIVE_INFINITY);
  const { minPpi, cmyk } = expected;
  if (ppi < minPpi) {
    const message = `The image "${file}"${on(page)} has only ${Math.round(ppi)} ppi, less than ${minPpi}.`;
    findings.push({ check: 'low-resolution-image', severity: 'warning', message, ...place, facts: { ppi, minPpi } });
  }
  if (cmyk && colorSpace === 'rgb') {
    const message = `The image "${file}"${on(page)} is RGB and will be converted to CMYK.`;
    findings.push({ check: 'rgb-image', severity: 'warning', message, ...place });
  }
  return findings;
}
