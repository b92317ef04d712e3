import type { Crew } from '../crew/crew.ts';
import type { Parts } from '../parts/open-parts.ts';
import type { RoundOptions, RoundPlaces } from './round-setup.ts';
import type { SceneSetter } from './scene-setter.ts';

/** What killing at a named step works with. */
export interface StepStage {
  readonly options: RoundOptions;
  readonly places: RoundPlaces;
  readonly parts: Parts;
  readonly crew: Crew;
  readonly scenes: SceneSetter;
  /** Told of a sentence that does not hold. */
  readonly onBroken: (what: string) => void;
}
