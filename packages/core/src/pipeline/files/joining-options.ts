import { checkWholeNumbers } from '../../errors/check-numbers.ts';
import { PubpipeError } from '../../errors/pubpipe-error.ts';
import type { PdfJoiner } from '../../ports/pdf-joiner.ts';
import type { ScratchSpace } from '../../ports/scratch-space.ts';

/** How PDFs are joined to one for a download. */
export interface JoiningOptions {
  readonly joiner: PdfJoiner;
  /** Where the PDFs lie meanwhile, and the one that they become. */
  readonly scratchSpace: ScratchSpace;
  /** Most PDFs in one. @defaultValue 10_000 */
  readonly maxFiles?: number | undefined;
  /** Most bytes of them together; about twice as much is needed on the disk. @defaultValue 2_147_483_648 (2 GiB) */
  readonly maxBytes?: number | undefined;
  /** Downloads for which PDFs are joined or are being sent at once. @defaultValue 2 */
  readonly maxAtOnce?: number | undefined;
}

/** {@link JoiningOptions}, complete, with the places that there are. */
export type Joining = { readonly [Name in keyof JoiningOptions]-?: Exclude<JoiningOptions[Name], undefined> } & {
  /**
   * Takes a place, and answers what gives it back.
   *
   * @throws PubpipeError `QUEUE_FULL` when there is none.
   */
  readonly enter: () => () => void;
};

/**
 * Fills in the defaults.
 *
 * @throws PubpipeError `INVALID_INPUT` when a number is out of range.
 */
export function resolveJoining(options: JoiningOptions): Joining {
  const { joiner, scratchSpace, maxFiles = 10_000, maxBytes = 2_147_483_648, maxAtOnce = 2 } = options;
  checkWholeNumbers({ maxFiles, maxBytes, maxAtOnce }, { least: 1 });
  let taken = 0;
  return Object.freeze({
    joiner,
    scratchSpace,
    maxFiles,
    maxBytes,
    maxAtOnce,
    enter() {
      if (taken >= maxAtOnce) throw new PubpipeError('QUEUE_FULL', `${maxAtOnce} downloads are being joined already.`);
      taken += 1;
      let isIn = true;
      return () => {
        if (isIn) taken -= 1;
        isIn = false;
      };
    },
  });
}
