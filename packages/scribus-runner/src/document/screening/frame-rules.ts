import type { DocumentElement } from '../document-collector.ts';
import { unsafeDocument } from './unsafe-document.ts';

// Scribus reads " 9", "+9", "09" and "&#57;" as 9: only its own spelling of a kind known to be harmless passes.
// 1 to 8: shapes, images, texts, lines; 11 to 17: symbols, groups, polygons, arcs, spirals, tables, notes.
const harmlessKinds = /^(?:[1-8]|1[1-7])$/;

/**
 * Refuses frames that run programs: 9 is a render frame (LaTeX, gnuplot, POV-Ray or any command), 10 a 3D scene
 * with scripts.
 *
 * @throws PubpipeError `UNSAFE_DOCUMENT`.
 */
export function refuseActiveFrames({ name, attributes, line }: DocumentElement): void {
  const { PTYPE: kind, ConfigFile: configuration, modelFile: model } = attributes;
  const at = { element: name, line };
  if (name === 'LATEX' || configuration !== undefined) {
    throw unsafeDocument({ ...at, reason: 'render-frame', what: 'has a render frame', value: configuration });
  }
  if (name === 'OSGViews' || (model !== undefined && model !== '')) {
    throw unsafeDocument({ ...at, reason: 'script-3d', what: 'has a 3D scene', value: model });
  }
  if (kind === undefined || harmlessKinds.test(kind)) return;
  const number = Number(kind);
  if (number === 9) throw unsafeDocument({ ...at, reason: 'render-frame', what: 'has a render frame', value: kind });
  if (number === 10) throw unsafeDocument({ ...at, reason: 'script-3d', what: 'has a 3D scene', value: kind });
  throw unsafeDocument({ ...at, reason: 'unknown-frame', what: 'has a frame of an unknown kind', value: kind });
}
